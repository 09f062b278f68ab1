//! The peers: grids that teams use instead, set up as their documentation advises for speed, with the same rows, columns, widths and
//! heights as our page; and plain JavaScript without any grid.
//!
//! `cargo xtask bench` makes their scripts and says where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::act::{self, Plan};
use crate::record::{COLUMNS, Kind, Recording};
use crate::serve;
use crate::several::PAGES;
use crate::subject::{Opened, Subject};

/// A peer's page and scripts.
struct Peer {
    id: &'static str,
    name: &'static str,
    /// The package whose version counts; plain JavaScript has none.
    package: Option<&'static str>,
    page: &'static str,
    scripts: &'static [&'static str],
}

const PEERS: [Peer; 5] = [
    Peer {
        id: "ag-grid",
        name: "AG Grid Community",
        package: Some("ag-grid-community"),
        page: include_str!("peers/ag-grid.html"),
        scripts: &["ag-grid.js"],
    },
    Peer {
        id: "tabulator",
        name: "Tabulator",
        package: Some("tabulator-tables"),
        page: include_str!("peers/tabulator.html"),
        scripts: &["tabulator.js", "tabulator.css"],
    },
    Peer {
        id: "tanstack",
        name: "TanStack Table + Virtual",
        package: Some("@tanstack/react-table"),
        page: include_str!("peers/tanstack.html"),
        scripts: &["tanstack.js"],
    },
    Peer {
        id: "perspective",
        name: "Perspective",
        package: Some("@perspective-dev/viewer"),
        page: include_str!("peers/perspective.html"),
        scripts: &["perspective.js", "perspective.css"],
    },
    Peer {
        id: PLAIN,
        name: "plain JS",
        package: None,
        page: include_str!("peers/plain.html"),
        scripts: &[],
    },
];

/// The one that is no product: ratios are not taken to it.
pub const PLAIN: &str = "plain";
const SHARED: &str = include_str!("peers/peer.js");

/// What `build.mjs` says of the scripts that it made.
#[derive(Default, Deserialize)]
struct Built {
    versions: BTreeMap<String, String>,
    bytes: BTreeMap<String, f64>,
}

/// How our page shows its grid, in CSS pixels.
#[derive(Deserialize)]
pub struct Looks {
    widths: BTreeMap<String, u32>,
    row_height: u32,
    width: u32,
    height: u32,
    facets: Vec<String>,
}

const LOOKS: &str = "
    const grid = document.querySelector('[role=grid]');
    const size = element => element.getBoundingClientRect();
    return {
        widths: Object.fromEntries([...grid.querySelectorAll('[role=columnheader][data-column]')].map(header =>
            [header.dataset.column, Math.round(size(header).width)])),
        row_height: Math.round(size(grid.querySelector('[role=row][data-row-id]')).height),
        width: Math.round(Math.min(size(grid).right, innerWidth) - size(grid).left),
        height: Math.round(Math.min(size(grid).bottom, innerHeight) - size(grid).top),
        facets: [...document.querySelectorAll('[data-facet]')].map(facet => facet.dataset.facet),
    };";

impl Looks {
    /// Of our page, which must be loaded.
    pub async fn of(ours: &Opened<'_>) -> Result<Self> {
        ours.read(LOOKS).await
    }
}

/// Handed to the peers' pages as `SETTINGS`.
#[derive(Serialize)]
struct Settings<'a> {
    columns: Vec<Column<'a>>,
    row_height: u32,
    width: u32,
    height: u32,
    rows: usize,
    facets: Vec<&'a String>,
    ticks: &'a [(String, String)],
    sorts: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Column<'a> {
    field: &'a str,
    width: u32,
    number: bool,
    /// Perspective's word.
    kind: &'a str,
}

/// A peer that can be measured.
pub struct Ready {
    /// As in [`PLAIN`].
    pub id: &'static str,
    /// Its page.
    pub subject: Subject,
    /// What a first visit would load of it, compressed.
    pub bytes: Option<f64>,
}

/// The peers' pages, there for as long as this is.
pub struct Peers {
    /// In the order of the table.
    pub ready: Vec<Ready>,
    _folder: TempDir,
}

/// The id of a peer that can be chosen; `none` chooses none.
pub fn known(id: &str) -> Result<&'static str> {
    let mut ids = PEERS.iter().map(|peer| peer.id).chain(["none", PAGES]);
    ids.find(|known| *known == id).with_context(|| {
        format!(
            "{id:?} is neither a number of rows nor one of {}",
            PEERS.map(|peer| peer.id).join(", ")
        )
    })
}

/// Writes the pages of all peers whose scripts are there. Without any scripts that is plain JavaScript alone.
pub fn prepare(looks: &Looks, plan: &Plan, recording: &Recording) -> Result<Peers> {
    let made = std::env::var_os("SIGNALBOX_PEERS").map(PathBuf::from);
    let built = match &made {
        Some(folder) => {
            let path = folder.join("peers.json");
            let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_slice(&text).with_context(|| format!("{} is no JSON of ours", path.display()))?
        }
        None => Built::default(),
    };
    let settings = settings(looks, plan, recording)?;
    let folder = TempDir::with_prefix("signalbox-peers-")?;
    let origin = format!("http://{}", serve::folder(folder.path())?);
    let mut ready = Vec::new();
    for peer in PEERS.iter().filter(|peer| peer.package.is_none() || made.is_some()) {
        peer.write(&folder.path().join(peer.id), made.as_deref(), &settings)?;
        ready.push(Ready {
            id: peer.id,
            subject: Subject {
                name: peer.versioned(&built)?,
                address: format!("{origin}/{}/index.html", peer.id),
                rows: recording.json.clone(),
                count: recording.rows,
                ours: false,
            },
            bytes: built.bytes.get(peer.id).copied(),
        });
    }
    Ok(Peers { ready, _folder: folder })
}

impl Peer {
    fn write(&self, folder: &Path, made: Option<&Path>, settings: &str) -> Result<()> {
        std::fs::create_dir(folder)?;
        for (name, text) in [
            ("index.html", self.page),
            ("peer.js", SHARED),
            ("settings.js", settings),
        ] {
            std::fs::write(folder.join(name), text)?;
        }
        for script in self.scripts {
            let from = made.context("no scripts were made")?.join(script);
            std::fs::copy(&from, folder.join(script)).with_context(|| format!("cannot copy {}", from.display()))?;
        }
        Ok(())
    }

    fn versioned(&self, built: &Built) -> Result<String> {
        let Some(package) = self.package else {
            return Ok(self.name.to_owned());
        };
        let version = built.versions.get(package);
        let version = version.with_context(|| format!("the version of {package} is unknown"))?;
        Ok(format!("{} {version}", self.name))
    }
}

fn settings(looks: &Looks, plan: &Plan, recording: &Recording) -> Result<String> {
    let columns = COLUMNS.map(|(field, kind)| Column {
        field,
        width: looks.widths.get(field).copied().unwrap_or(120),
        number: kind == Kind::Number,
        kind: match kind {
            Kind::Text => "string",
            Kind::Number => "integer",
            Kind::Time => "datetime",
        },
    });
    let shown = |facet: &&String| COLUMNS.iter().any(|(field, _)| field == facet);
    ensure!(
        COLUMNS.iter().all(|(field, _)| looks.widths.contains_key(*field)),
        "our page does not show all columns that are measured"
    );
    let mut sorts: Vec<Vec<&str>> = act::TIMES.iter().map(|column| vec![*column]).collect();
    sorts.extend([vec![act::TEXT], vec![act::TEXT, act::NUMBER]]);
    let settings = Settings {
        columns: columns.into(),
        row_height: looks.row_height,
        width: looks.width,
        height: looks.height,
        rows: recording.rows,
        facets: looks.facets.iter().filter(shown).collect(),
        ticks: &plan.ticks,
        sorts,
    };
    Ok(format!("const SETTINGS = {};", serde_json::to_string(&settings)?))
}
