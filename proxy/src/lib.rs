//! The proxy of Signalbox: asks the clouds with signed requests and streams their rows to the page.
//!
//! The way of a question: [`api::rows`] gets the targets from the [`caller`], [`crawl`] asks each of them page by page through
//! [`ask`], and every page becomes one line of the answer at once. Facts about the cloud APIs come from the catalogue alone.

pub mod accounts;
pub mod api;
pub mod ask;
pub mod assets;
pub mod caller;
pub mod clock;
pub mod commands;
pub mod config;
pub mod crawl;
pub mod error;
pub mod export;
pub mod http;
pub mod memory;
pub mod saved_views;
pub mod server;
pub mod target;
