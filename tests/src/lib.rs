//! Black-box tests of Signalbox: the real binary, asked over HTTP and looked at through a real Chromium and a real Firefox.
//!
//! `cargo xtask test` builds the program, finds the browser and says where they are:
//!
//! | variable | what | without it |
//! |---|---|---|
//! | `SIGNALBOX_BIN` | the program under test, with the page inside | an error that says how to get one |
//! | `SIGNALBOX_CHROMIUM`, `SIGNALBOX_CHROMEDRIVER` | the browser and its driver | the ones on PATH |
//! | `SIGNALBOX_FIREFOX`, `SIGNALBOX_GECKODRIVER` | the other browser and its driver | its tests are skipped |
//! | `SIGNALBOX_AXE` | `axe.min.js` | an error in the tests that need it |
//! | `SIGNALBOX_PYTHON` | a Python with the clouds' official SDKs | an error in the tests that need it |
//! | `SIGNALBOX_DEPLOY_PYTHON` | a Python beside which there are the programs of `tests/deploy/requirements.txt` | an error in the tests that need it |
//! | `SIGNALBOX_KUBECTL` | kubectl, which renders `deploy/kubernetes` | the one on PATH; without it, its tests are skipped |
//! | `SIGNALBOX_OIDC_PROVIDER` | `node_modules` with npm's oidc-provider | its tests are skipped |
//! | `SIGNALBOX_GLEWLWYD` | a folder with Debian's glewlwyd, unpacked | its tests are skipped |
//! | `SIGNALBOX_FAKETIME` | libfaketime, with which time passes for a program | what needs it is skipped |
//! | `SIGNALBOX_PEERS` | the scripts of the peers in the benchmark | our figures and plain JavaScript only |
//!
//! A browser test is one call of [`stage::on_page`]; it finds things the way a person or a screen reader does, through [`page::Page`].

pub mod browser;
pub mod checks;
pub mod doubles;
pub mod memory;
pub mod page;
pub mod program;
pub mod provider;
pub mod recorder;
pub mod server;
pub mod stage;
pub mod team;
pub mod turns;
pub mod wait;

pub use anyhow::{Context, Result};
pub use page::Page;
pub use server::Server;
pub use stage::{Stage, on_page};
pub use wait::until;
