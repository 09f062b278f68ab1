//! Both languages, both themes, wide and narrow: readable for everyone.

use anyhow::ensure;
use signalbox_tests::doubles::attribute;
use signalbox_tests::wait::until_equal;
use signalbox_tests::{Page, Result, Stage, on_page, until};

use crate::reach::{away, there};

/// The overview, every table, and what is none.
fn paths() -> impl Iterator<Item = String> {
    let tables = catalog::TABLES.iter().map(|table| format!("/{}", table.id));
    ["/".to_owned()]
        .into_iter()
        .chain(tables)
        .chain(["/no/such/page".to_owned()])
}

async fn background(page: &Page) -> Result<String> {
    Ok(page
        .driver
        .execute("return getComputedStyle(document.body).backgroundColor", Vec::new())
        .await?
        .convert()?)
}

/// Nothing that can be pressed is smaller than a fingertip's 24 pixels, whatever lies around it: axe lets small things pass where there is room.
const SMALL: &str = "return [...document.querySelectorAll('button, a[href], summary, select, [role=columnheader], [role=option], label, input, textarea')]
    .filter(target => target.checkVisibility({ opacityProperty: false }) && !target.closest('.hidden, .skip, .canvas li'))
    // The label around a box is pressed in its place.
    .filter(target => !(target.matches('input') && target.closest('label')))
    .map(target => [target.getBoundingClientRect(), target])
    .filter(([box]) => box.width > 0 && (box.width < 23.5 || box.height < 23.5))
    .map(([box, target]) => `${box.width}x${box.height} ${target.outerHTML.slice(0, 140)}`)";

async fn clean(page: &Page, place: &str) -> Result<()> {
    let looked = async {
        page.accessible().await?;
        let small: Vec<String> = page.driver.execute(SMALL, Vec::new()).await?.convert()?;
        ensure!(small.is_empty(), "too small to be pressed:\n{}", small.join("\n"));
        Ok::<(), anyhow::Error>(())
    };
    looked.await.map_err(|error| error.context(format!("at {place}")))
}

/// What opens on a table's page by a press on the first, and shows the second.
const MENUS: [(&str, &str); 8] = [
    ("[data-testid=export] button", "[data-testid=export] .panel"),
    ("[data-testid=views] button", "[data-testid=views] .panel"),
    (".toolbar > .popover > button", ".toolbar > .popover > .panel"),
    (".conditions > .popover > button", "form.editor"),
    (".chip summary", ".chip form.editor"),
    ("[data-testid=since] summary", "[data-testid=since] .panel"),
    ("[data-testid=palette]", "dialog[open] [role=option]"),
    ("[data-testid=help]", "dialog[open] .help"),
];

/// Every kind of page and everything that opens on one, in the browser's language and colours, at the profile's size.
async fn all_accessible(page: &Page) -> Result<()> {
    for path in paths() {
        page.open(&path).await?;
        if page.exists("[role=grid]").await? {
            page.loaded().await?;
        }
        there(page, "main").await?;
        clean(page, &path).await?;
    }
    page.open("/").await?;
    there(page, "[data-testid=matters][aria-busy=false] li a").await?;
    clean(page, "what needs someone").await?;
    for grouping in ["", "?group=resource"] {
        page.open(&["/timeline", grouping].concat()).await?;
        there(page, ".canvas a.bar[href]").await?;
        there(page, "main[aria-busy=false]").await?;
        clean(page, &["/timeline", grouping].concat()).await?;
    }
    page.open_loaded("/plugins").await?;
    page.open_detail(0).await?;
    let resource = attribute(
        page,
        "[role=complementary] [data-field=cluster] a[href^='/resource/']",
        "href",
    )
    .await?;
    page.open(&resource).await?;
    there(page, "section.rows tr[data-row-id]").await?;
    there(page, "[data-testid=coverage]").await?;
    clean(page, &resource).await?;
    page.open("/resource/i-nothing").await?;
    there(page, ".empty[data-empty=none]").await?;
    clean(page, "a resource that is none").await?;
    page.open_loaded("/patches?missing=gt.0&colour=red&q=a").await?;
    there(page, "[data-testid=export]").await?;
    clean(page, "conditions").await?;
    for (button, panel) in MENUS {
        page.click(button).await?;
        there(page, panel).await?;
        clean(page, panel).await?;
        page.press(thirtyfour::Key::Escape + "").await?;
        away(page, panel).await?;
    }
    page.open_detail(0).await?;
    clean(page, "an open row").await?;
    page.open_loaded("/patches?instance=i-none,i-no,i-never").await?;
    there(page, "[data-testid=list-report] summary").await?;
    there(page, "[data-empty=no-match]").await?;
    clean(page, "a list of which nothing is there").await
}

/// The page for addresses that do not exist comes with status 404, which browsers report on the console.
fn stage() -> Stage {
    Stage {
        console: &["/no/such/page"],
        ..Stage::default()
    }
}

fn accessible(name: &str, stage: &Stage, scheme: &str) -> Result<()> {
    on_page(&format!("looks-{name}"), stage, async |page| {
        page.prefer_colors(scheme).await?;
        all_accessible(page).await
    })
}

#[test]
fn english_light_is_accessible() -> Result<()> {
    accessible("en-light", &stage(), "light")
}

#[test]
fn english_dark_is_accessible() -> Result<()> {
    accessible("en-dark", &stage(), "dark")
}

#[test]
fn chinese_light_is_accessible() -> Result<()> {
    accessible("zh-light", &stage().language("zh-CN"), "light")
}

#[test]
fn chinese_dark_is_accessible() -> Result<()> {
    accessible("zh-dark", &stage().language("zh-CN"), "dark")
}

#[test]
fn a_phone_is_accessible_in_chinese_and_dark() -> Result<()> {
    on_page(
        "looks-phone-zh",
        &stage().language("zh-CN").window(390, 844),
        async |page| {
            page.prefer_colors("dark").await?;
            all_accessible(page).await
        },
    )
}

/// What could not be asked, and what was cut, is readable too.
#[test]
fn what_is_missing_is_accessible() -> Result<()> {
    for (name, scheme) in [("looks-faults", "light"), ("looks-faults-dark", "dark")] {
        on_page(name, &Stage::demo(&["--faults", "demo"]), async |page| {
            page.prefer_colors(scheme).await?;
            for path in ["/patches", "/plans"] {
                page.open_loaded(path).await?;
                there(page, "[data-testid=export]").await?;
                clean(page, path).await?;
            }
            page.open("/").await?;
            there(page, ".matrix table[aria-busy=false]").await?;
            there(page, "[data-testid=matters] li a").await?;
            clean(page, "the overview").await
        })?;
    }
    Ok(())
}

#[test]
fn a_phone_is_accessible_and_does_not_scroll_sideways() -> Result<()> {
    on_page("looks-phone", &stage().window(390, 844), async |page| {
        all_accessible(page).await?;
        for path in paths() {
            page.open(&path).await?;
            let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wide: i64 = page.driver.execute(wide, Vec::new()).await?.convert()?;
            assert_eq!(wide, 0, "{path} is {wide} pixels wider than a phone");
        }
        page.open_loaded("/patches").await?;
        ensure!(!page.rows().await?.is_empty(), "no row is visible on a phone");
        Ok(())
    })
}

#[test]
fn a_phone_shows_where_one_is() -> Result<()> {
    on_page("looks-phone-nav", &stage().window(390, 844), async |page| {
        let seen = async || {
            let overhang = "const nav = document.querySelector('nav').getBoundingClientRect();
                const link = document.querySelector('nav [aria-current]').getBoundingClientRect();
                return Math.max(nav.left - link.left, link.right - nav.right)";
            let overhang: f64 = page.driver.execute(overhang, Vec::new()).await?.convert()?;
            ensure!(overhang < 1.0, "{overhang} pixels of the current link are out of sight");
            Ok(())
        };
        for path in ["/operations", "/timeline"] {
            page.open(path).await?;
            until("the link is in sight", seen).await?;
        }
        page.click("nav a[href='/plans']").await?;
        until("the link is in sight", seen).await
    })
}

#[test]
fn the_language_button_switches_all_words_and_is_remembered() -> Result<()> {
    on_page("looks-language", &Stage::default(), async |page| {
        page.open_loaded("/patches").await?;
        assert_eq!(page.language().await?, "en");
        let header = "[role=columnheader][data-column=missing]";
        let english = page.text(header).await?;
        page.click("[data-testid=language]").await?;
        until("the page is Chinese", async || {
            let (tag, text) = (page.language().await?, page.text(header).await?);
            ensure!(
                tag.starts_with("zh") && text != english,
                "lang={tag}, the header says {text:?}"
            );
            Ok(())
        })
        .await?;
        page.reload().await?;
        page.loaded().await?;
        ensure!(page.language().await?.starts_with("zh"), "the choice is forgotten");
        // No word is left behind: what a person reads has no English letters but names, ids and abbreviations.
        for heading in ["nav", "[data-facet=phase]"] {
            let text = page.text(heading).await?;
            ensure!(
                text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)),
                "{heading} says {text:?}"
            );
        }
        page.click("[data-testid=language]").await?;
        until_equal("the page is English again", english, async || page.text(header).await).await
    })
}

#[test]
fn the_browser_language_is_the_first_choice() -> Result<()> {
    on_page(
        "looks-browser-language",
        &Stage::default().language("zh-CN"),
        async |page| {
            page.open_loaded("/plans").await?;
            ensure!(
                page.language().await?.starts_with("zh"),
                "lang={}",
                page.language().await?
            );
            Ok(())
        },
    )
}

#[test]
fn the_theme_button_switches_and_is_remembered() -> Result<()> {
    on_page("looks-theme", &Stage::default(), async |page| {
        page.prefer_colors("light").await?;
        page.open_loaded("/patches").await?;
        let light = background(page).await?;
        page.click("[data-testid=theme]").await?;
        let dark = until("the background changes", async || {
            let now = background(page).await?;
            ensure!(now != light, "it is still {now}");
            Ok(now)
        })
        .await?;
        page.reload().await?;
        assert_eq!(background(page).await?, dark, "the choice is forgotten");
        page.click("[data-testid=theme]").await?;
        until_equal("the theme is light again", light, async || background(page).await).await
    })
}

#[test]
fn the_system_colours_are_the_first_choice() -> Result<()> {
    on_page("looks-system-colours", &Stage::default(), async |page| {
        page.prefer_colors("light").await?;
        page.open("/").await?;
        let light = background(page).await?;
        page.prefer_colors("dark").await?;
        page.open("/").await?;
        let dark = background(page).await?;
        ensure!(light != dark, "both are {light}");
        Ok(())
    })
}
