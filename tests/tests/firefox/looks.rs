//! Readable for everyone, and nothing white beside what is dark.

use anyhow::ensure;
use signalbox_tests::{Page, Result, Stage, on_page};

/// What Firefox reports of a page that is left for another address while it still fetches; Chromium says nothing then. And that an address that does
/// not exist comes with status 404.
const LEFT: [&str; 4] = [
    "/no/such/page",
    "NetworkError when attempting to fetch",
    "AbortError: The operation was aborted",
    "Error: no http://",
];

fn stage() -> Stage {
    Stage {
        console: &LEFT,
        ..Stage::default()
    }
    .firefox()
}

/// Every kind of page: accessible, and no wider than the window.
async fn all_accessible(page: &Page) -> Result<()> {
    let tables = catalog::TABLES.iter().map(|table| format!("/{}", table.id));
    let paths = ["/".to_owned(), "/timeline".to_owned(), "/no/such/page".to_owned()];
    for path in paths.into_iter().chain(tables) {
        page.open(&path).await?;
        if page.exists("[role=grid]").await? {
            page.loaded().await?;
        }
        let at = |error: anyhow::Error| error.context(format!("at {path}"));
        page.accessible().await.map_err(at)?;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wide: i64 = page.driver.execute(wide, Vec::new()).await?.convert()?;
        assert_eq!(wide, 0, "{path} is {wide} pixels wider than the window");
    }
    page.open_loaded("/patches?missing=gt.0&colour=red&q=a").await?;
    page.open_detail(0).await?;
    page.accessible().await
}

#[test]
fn english_light_is_accessible() -> Result<()> {
    on_page("firefox-en-light", &stage(), all_accessible)
}

#[test]
fn chinese_dark_is_accessible() -> Result<()> {
    on_page("firefox-zh-dark", &stage().language("zh-CN").dark(), all_accessible)
}

/// Points on every scroll bar in sight that takes room, by what it scrolls.
const BARS: &str = "
    const points = [];
    for (const element of document.querySelectorAll('body, body *')) {
        const style = getComputedStyle(element);
        const scrolls = side => /auto|scroll/.test(side);
        const box = element.getBoundingClientRect();
        const border = name => parseFloat(style[`border-${name}-width`]) || 0;
        const beside = element.offsetWidth - element.clientWidth - border('left') - border('right');
        const below = element.offsetHeight - element.clientHeight - border('top') - border('bottom');
        const name = element.className || element.tagName;
        for (const part of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98]) {
            if (scrolls(style.overflowY) && beside > 4 && box.height > 100) {
                points.push([name, box.right - border('right') - beside / 2, box.top + (box.height - below) * part]);
            }
            if (scrolls(style.overflowX) && below > 4 && box.width > 100) {
                points.push([name, box.left + (box.width - beside) * part, box.bottom - border('bottom') - below / 2]);
            }
        }
    }
    return points.filter(([, x, y]) => x > 0 && y > 0 && x < innerWidth && y < innerHeight);";

/// The colours at points of a picture.
const COLOURS: &str = "
    const [png, points, done] = arguments;
    const picture = new Image();
    picture.onload = () => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [picture.width, picture.height];
        const context = canvas.getContext('2d');
        context.drawImage(picture, 0, 0);
        done(points.map(([, x, y]) => [...context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data.slice(0, 3)]));
    };
    picture.src = 'data:image/png;base64,' + png;";

/// What scrolls on the page now, and the colours of its scroll bars.
async fn bars(page: &Page) -> Result<Vec<(String, [u8; 3])>> {
    let points = page.driver.execute(BARS, Vec::new()).await?.json().clone();
    let names: Vec<(String, f64, f64)> = serde_json::from_value(points.clone())?;
    let picture = page.driver.screenshot_as_png_base64().await?;
    // Where no policy forbids to look at it.
    page.driver.goto("about:blank").await?;
    let colours = page.driver.execute_async(COLOURS, vec![picture.into(), points]).await?;
    let colours: Vec<[u8; 3]> = serde_json::from_value(colours.json().clone())?;
    Ok(names.into_iter().map(|(name, ..)| name).zip(colours).collect())
}

/// What must have scroll bars at these addresses in a low window, so that the test does not look at nothing.
const SCROLLING: [(&str, &str); 2] = [("/patches", "sidebar"), ("/patches", "grid")];

fn strips(name: &str, dark: bool) -> Result<()> {
    let stage = stage().window(1000, 600);
    let stage = if dark { stage.dark() } else { stage };
    on_page(name, &stage, async |page| {
        for path in ["/patches", "/tickets", "/timeline", "/"] {
            page.open(path).await?;
            if page.exists("[role=grid]").await? {
                page.loaded().await?;
            }
            let bars = bars(page).await?;
            for (_, class) in SCROLLING.iter().filter(|(at, _)| *at == path) {
                let mut colours: Vec<_> = bars
                    .iter()
                    .filter(|(name, _)| name == class)
                    .map(|(_, colour)| *colour)
                    .collect();
                colours.sort_unstable();
                colours.dedup();
                ensure!(
                    colours.len() > 1,
                    "{path}: the thumb of {class} cannot be told from its track: {colours:?}"
                );
            }
            for (name, colour) in bars.iter().filter(|_| dark) {
                ensure!(
                    colour.iter().all(|part| *part < 200),
                    "{path}: the scroll bar of {name} is {colour:?}"
                );
            }
        }
        Ok(())
    })
}

#[test]
fn scroll_bars_are_dark_on_dark_pages() -> Result<()> {
    strips("firefox-bars-dark", true)
}

#[test]
fn scroll_bars_can_be_seen_on_light_pages() -> Result<()> {
    strips("firefox-bars-light", false)
}
