//! `signalbox serve`: the product on real clouds.

use super::{CommandError, app};
use crate::app::{App, router};
use crate::config::{self, Environment};
use crate::server;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Options of `signalbox serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// The configuration, a TOML file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Address to listen on, instead of the configuration's.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    /// Runs until a signal.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn run(self) -> Result<(), CommandError> {
        let settings = config::load(&self.config, &Environment::of_process(), self.listen)?;
        if !settings.cache.fresh.is_zero() {
            tracing::warn!("the cache is not built yet: every question asks the clouds, whatever [cache] says");
        }
        let listener = server::bind(settings.listen)?;
        let app = App {
            public_url: settings.public_url,
            views: settings.views,
            ..app(settings.accounts, settings.listen.ip().is_loopback())?
        };
        server::serve(listener, router(Arc::new(app))).await?;
        Ok(())
    }
}
