//! The pictures of the README and the guide: every table of the demo, and what one can do with it, as it looks today. `cargo xtask pictures`
//! writes them to `docs/pictures/`.

mod guide;

use std::path::Path;

use anyhow::Result;
use signalbox_tests::browser::{Browser, Profile};
use signalbox_tests::{Page, Server};

/// File name, address, language, colours, and whether the first row is open.
const PICTURES: [(&str, &str, &str, &str, bool); 10] = [
    ("overview", "/", "en-US", "light", false),
    ("timeline", "/timeline?start=-6h..36h", "en-US", "light", false),
    // The cluster with the most plans in the fleet of the default seed.
    (
        "resource",
        "/resource/c6b93bdb3056da2badaa489ae21703ae8",
        "en-US",
        "light",
        false,
    ),
    ("plans", "/plans", "en-US", "light", false),
    ("tickets", "/tickets", "en-US", "light", false),
    (
        "patches",
        "/patches?missing=gt.0&sort=-missing",
        "en-US",
        "light",
        false,
    ),
    ("plugins", "/plugins", "en-US", "light", false),
    ("operations", "/operations", "en-US", "light", false),
    ("detail", "/patches?sort=-missing", "en-US", "dark", true),
    ("chinese", "/plugins", "zh-CN", "dark", false),
];

/// The overview is shown where a source cannot be asked, because what it then says needs a picture most.
const GAPS: [&str; 5] = ["demo", "--listen", "127.0.0.1:0", "--faults", "deny@oos/cn-beijing"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    let server = Server::start(&["demo", "--listen", "127.0.0.1:0"])?;
    let gaps = Server::start(&GAPS)?;
    for (name, path, language, colours, open) in PICTURES {
        let browser = Browser::open(&Profile {
            window: (1280, 720),
            language,
            ..Profile::default()
        })
        .await?;
        let server = if name == "overview" { &gaps } else { &server };
        let page = Page::new(browser.driver.clone(), &server.origin);
        let taken = take(&page, path, colours, open, &folder.join(format!("{name}.png"))).await;
        drop(page);
        browser.quit().await?;
        taken?;
        println!("docs/pictures/{name}.png");
    }
    guide::take_all(&server.origin, &folder).await
}

async fn take(page: &Page, path: &str, colours: &str, open: bool, file: &Path) -> Result<()> {
    page.prefer_colors(colours).await?;
    page.open(path).await?;
    // The pages that ask all tables have no grid.
    if page.exists("[role=grid]").await? {
        page.loaded().await?;
    } else {
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    }
    if open {
        page.open_detail(0).await?;
    }
    page.picture(file).await
}
