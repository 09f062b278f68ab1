//! `signalbox serve`: the product on real clouds.

use super::CommandError;
use crate::auth::SignIn;
use crate::clock::Ambient;
use crate::config::{self, Environment};
use crate::feeds::Feeds;
use crate::http::state::Settings;
use crate::server::{self, Certificate, Fronts};
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
        let config = config::load(&self.config, &Environment::of_process(), self.listen)?;
        if config.feeds.as_ref().is_some_and(|feeds| feeds.file.is_none()) {
            tracing::warn!("feeds end with this process, and other replicas do not know them: [feeds] has no file");
        }
        for remark in config.remarks(Ambient::real().now()) {
            tracing::warn!("{remark}");
        }
        let certificate = config
            .tls
            .map(|files| Certificate::new(files, Ambient::real()))
            .transpose()?;
        let fronts = Fronts::new(config.fronts);
        let listener = server::bind(config.listen)?;
        let settings = Settings {
            accounts: config.accounts.into_iter().map(Arc::new).collect(),
            cache: config.cache,
            contact: config.auth.contact,
            feeds: config.feeds.map(|feeds| Arc::new(Feeds::new(feeds, Ambient::real()))),
            grants: config.grants,
            sign_in: Arc::new(SignIn::new(config.auth.sign_in, super::transport()?, Ambient::real())),
            local: config.listen.ip().is_loopback(),
            public_url: config.public_url,
            saved_views: config.views,
            tokens: config.tokens,
            ..Settings::default()
        };
        super::serve(listener, settings, |server| {
            server.only_for(fronts).encrypted(certificate)
        })
        .await
    }
}
