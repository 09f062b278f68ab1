//! The proxy of Signalbox: asks the clouds with signed requests and streams their rows to the page.
//!
//! The way of a question: [`http::routes`] finds who answers, [`caller`] says which targets the question may be put to, [`walks`] asks them
//! side by side, [`cache`] lets those who want the same share one walk, [`crawl`] goes through each target's lists page by page, and [`ask`] sends one request. Pages come back as events, which
//! [`api::rows`] prints and [`export`] gathers. Facts about the cloud APIs come from the catalogue alone.

pub mod account_sets;
pub mod accounts;
pub mod api;
pub mod ask;
pub mod asker;
pub mod audit;
pub mod auth;
pub mod cache;
pub mod caller;
pub mod clock;
pub mod commands;
pub mod config;
pub mod crawl;
pub mod credentials;
pub mod draining;
pub mod error;
pub mod export;
pub mod feeds;
pub mod grants;
pub mod http;
pub mod logs;
pub mod memory;
pub mod object;
pub mod page;
pub mod saved_views;
pub mod server;
pub mod store;
pub mod target;
pub mod telemetry;
pub mod tls;
pub mod vendors;
pub mod walks;
