//! The certificate that the listener shows: the files are looked at again while the program runs, so that a new one needs no restart.

use crate::tls::{Content, File, Files, Unusable};
use rustls::crypto::ring::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{Error, ServerConfig};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(15);
/// Files that did not change for so long are whole: nobody is in the middle of writing them.
const SETTLED: Duration = Duration::from_secs(1);

/// The certificate that is shown now.
#[derive(Debug)]
pub struct Certificate {
    files: Files,
    /// What was found in the files last, used or not.
    found: Result<Content, Unusable>,
    shown: Arc<Shown>,
    hangup: Signal,
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificate {
    /// The certificate that files hold. From now on SIGHUP does not end the program.
    ///
    /// # Errors
    /// The files cannot be used, or the system offers no signals.
    pub fn new(files: Files) -> io::Result<Self> {
        let unusable = |error: Unusable| io::Error::other(format!("tls.{error}"));
        let content = files.content().map_err(unusable)?;
        let pair = content.pair().map_err(unusable)?;
        Ok(Self {
            files,
            found: Ok(content),
            shown: Arc::new(Shown(RwLock::new(pair))),
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// How connections are encrypted: as browsers of the last ten years can, with HTTP/2 where the client can.
    pub(super) fn config(&self) -> Result<ServerConfig, Error> {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_protocol_versions(&[&TLS13, &TLS12])?.with_no_client_auth();
        let mut config = config.with_cert_resolver(Arc::clone(&self.shown) as _);
        config.alpn_protocols = [b"h2".as_slice(), b"http/1.1"].map(<[u8]>::to_vec).into();
        Ok(config)
    }

    /// Shows what the files hold, from when on they hold something else: looks now and then, and at SIGHUP at once.
    pub(super) async fn follow(mut self) -> Infallible {
        loop {
            tokio::select! {
                () = sleep(LOOK) => {}
                _ = self.hangup.recv() => {}
            }
            self.look().await;
        }
    }

    async fn look(&mut self) {
        let mut found = content(&self.files).await;
        if found == self.found {
            return;
        }
        // Whoever replaces the two does so one after the other, and writes each piece by piece.
        loop {
            sleep(SETTLED).await;
            let before = std::mem::replace(&mut found, content(&self.files).await);
            if found == before {
                break;
            }
        }
        self.found = found;
        match self.found.as_ref().map_err(Unusable::clone).and_then(Content::pair) {
            Ok(pair) => {
                *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = pair;
                tracing::info!("new connections get the certificate that is in the files now");
            }
            Err(error) => tracing::error!("the old certificate stays: tls.{error}"),
        }
    }
}

/// Reads the files without holding up anybody.
async fn content(files: &Files) -> Result<Content, Unusable> {
    let files = files.clone();
    let read = tokio::task::spawn_blocking(move || files.content()).await;
    read.unwrap_or_else(|error| Err(Unusable::new(File::Certificate, error.to_string())))
}
