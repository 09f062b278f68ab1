//! `signalbox serve`: the product on real clouds.

mod presence;
mod reload;
mod settings;
mod sharing;

use super::CommandError;
use crate::api::metrics;
use crate::ask::transport::Transport;
use crate::audit::{Audit, What};
use crate::clock::Ambient;
use crate::config::{self, Environment};
use crate::http::routes::router;
use crate::http::state::App;
use crate::server::{self, Certificate, Fronts, Server};
use crate::store::Store;
use clap::Args;
use reload::{Fixed, Reload};
use settings::Kept;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

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
        let environment = Environment::of_process();
        let (config, files) = config::load_with_files(&self.config, &environment, self.listen);
        let mut config = config?;
        let _traces = crate::logs::start(config.log);
        // Before anybody can know that the program runs: until then a hang-up ends it.
        let hangup = signal(SignalKind::hangup())?;
        settings::tell(&config, config.remarks(Ambient::real().now()));
        let fixed = Fixed::of(&config);
        let certificate = config
            .tls
            .take()
            .map(|files| Certificate::new(files, Ambient::real()))
            .transpose()?;
        let fronts = Arc::new(Fronts::new(std::mem::take(&mut config.fronts)));
        let listener = server::bind(config.listen)?;
        let counted = config.metrics.map(server::bind).transpose()?;
        let (listen, blank) = (config.listen, config.blank);
        let transport: Arc<dyn Transport> = super::transport()?;
        let audit = config.audit.take().map(|audit| Audit::new(audit, Ambient::real()));
        let audit = Arc::new(audit.transpose()?.unwrap_or_default());
        let store = config.store.as_ref().filter(|settings| settings.shares);
        let store = store.map(|settings| Store::new(settings.clone(), Ambient::real()));
        let mut kept = Kept::new(&audit, &transport, store.as_ref());
        let settings = kept.settings(config, None);
        let app = App::new(settings, super::client()?.sharing(store.as_ref())).sharing(store.as_ref());
        let app = Arc::new(app);
        if let Some(store) = store {
            sharing::begin(store, &app).await?;
        }
        let server = Server::new(listener, router(Arc::clone(&app)));
        let server = server.only_for(Arc::clone(&fronts)).encrypted(certificate);
        if let Some(listener) = counted {
            tracing::info!("metrics at http://{}/metrics", listener.local_addr()?);
            tokio::spawn(Server::new(listener, metrics::router()).serve());
        }
        let reload = Reload {
            file: self.config,
            environment,
            listen,
            blank,
            files,
            fixed,
            kept,
            fronts,
            audit: Arc::clone(&audit),
            app: Arc::clone(&app),
            ambient: Ambient::real(),
        };
        let program = concat!("signalbox ", env!("CARGO_PKG_VERSION"));
        audit.record(None, None, &What::Started { program });
        let served = tokio::select! {
            served = super::serve(&app, server) => served,
            never = reload.follow(hangup) => match never {},
        };
        audit.record(None, None, &What::Ended);
        audit.flush().await;
        served
    }
}
