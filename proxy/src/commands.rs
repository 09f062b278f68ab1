//! The commands of the binary.

pub mod check;
pub mod demo;
pub mod init;
pub mod serve;
pub mod token;

use crate::ask::transport::{Http, Transport};
use crate::ask::{Client, Limits};
use crate::auth::fetch;
use crate::clock::Ambient;
use crate::config::ConfigError;
use crate::http::state::App;
use crate::server::{Server, Signals};
use std::sync::Arc;

/// Why a command ended early: one line for people.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The HTTP client cannot be set up.
    #[error(
        "the HTTP client cannot be set up ({0}): are there certificate authorities? Install the package ca-certificates, or name their file by SSL_CERT_FILE"
    )]
    Client(#[from] reqwest::Error),
    /// A listener or standard output.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The configuration has faults, one a line.
    #[error("the configuration cannot be used:\n{0}")]
    Config(#[from] ConfigError),
    /// What was checked is not in order; the faults have been printed.
    #[error("{0}")]
    NotInOrder(String),
    /// `--faults` is not understood.
    #[error("--faults: {0}")]
    Faults(#[from] demo_clouds::FaultError),
}

/// The client that all requests of the real program go through.
///
/// # Errors
/// See [`CommandError::Client`].
pub fn client() -> Result<Client, CommandError> {
    let limits = Limits::default();
    let client = Client::new(Arc::new(Http::new(&limits)?), limits, Ambient::real());
    Ok(client.with_unused_proxy(unused_proxy(|name| {
        std::env::var_os(name).is_some_and(|value| !value.is_empty())
    })))
}

/// The way to the issuers of those who sign in.
///
/// # Errors
/// See [`CommandError::Client`].
pub fn transport() -> Result<Arc<dyn Transport>, CommandError> {
    Ok(fetch::transport()?)
}

/// The variable that names a proxy for the clouds, as other programs take it from the environment.
fn unused_proxy(is_set: impl Fn(&str) -> bool) -> Option<String> {
    let names = [
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];
    names.into_iter().find(|name| is_set(name)).map(str::to_owned)
}

/// Serves the product until a signal, and then finishes what runs.
///
/// # Errors
/// See [`CommandError`].
pub async fn serve(app: &App, server: Server) -> Result<(), CommandError> {
    Signals::new()?.then(server.ending(Arc::clone(app.draining())));
    server.announce()?;
    Ok(server.serve().await?)
}
