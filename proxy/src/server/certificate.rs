//! The certificate that the listener shows: the files are looked at again while the program runs, so that a new one needs no restart.

use crate::clock::{Ambient, unix_seconds};
use crate::telemetry::metrics;
use crate::tls::{Content, File, Files, Unusable, doubts, end, refused};
use rustls::crypto::ring::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{Error, ServerConfig};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

/// Between two looks at the files.
const LOOK: Duration = Duration::from_secs(15);
/// How often it is said what clients have against the certificate.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Files that did not change for so long are whole: nobody is in the middle of writing them.
const SETTLED: Duration = Duration::from_secs(1);

/// The certificate that is shown now.
#[derive(Debug)]
pub struct Certificate {
    files: Files,
    /// What the files held when it was taken from them.
    used: Content,
    /// Why it was not replaced by what they hold now, as the log has been told.
    refused: Option<Unusable>,
    shown: Arc<Shown>,
    hangup: Signal,
    ambient: Ambient,
    /// When the log was told last what clients have against it.
    told: Option<Instant>,
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl Shown {
    fn now(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now())
    }
}

impl Certificate {
    /// The certificate that files hold. From now on SIGHUP does not end the program.
    ///
    /// # Errors
    /// The files cannot be used, or the system offers no signals.
    pub fn new(files: Files, ambient: Ambient) -> io::Result<Self> {
        let unusable = |error: Unusable| io::Error::other(format!("tls.{error}"));
        let content = files.content().map_err(unusable)?;
        let pair = content.pair().map_err(unusable)?;
        count(&pair);
        Ok(Self {
            files,
            used: content,
            refused: None,
            shown: Arc::new(Shown(RwLock::new(pair))),
            hangup: signal(SignalKind::hangup())?,
            ambient,
            // The start has told it.
            told: Some(Instant::now()),
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
            self.tell();
        }
    }

    /// Says once a day what clients have against the certificate that is shown.
    fn tell(&mut self) {
        if self.told.is_some_and(|told| told.elapsed() < DAY) {
            return;
        }
        self.told = Some(Instant::now());
        for doubt in doubts(&self.shown.now(), None, self.ambient.now()) {
            tracing::warn!("tls.certificate: {doubt}");
        }
    }

    async fn look(&mut self) {
        let mut found = content(&self.files).await;
        if found.as_ref() == Ok(&self.used) {
            self.refused = None;
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
        match found.and_then(|found| Ok((self.better(found.pair()?)?, found))) {
            Ok((pair, found)) => {
                count(&pair);
                *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = pair;
                (self.used, self.refused, self.told) = (found, None, None);
                tracing::info!("new connections get the certificate that is in the files now");
            }
            // Looked at again: one that is not valid yet will be.
            Err(error) if self.refused.as_ref() == Some(&error) => {}
            Err(error) => {
                tracing::error!("the old certificate stays: tls.{error}");
                self.refused = Some(error);
            }
        }
    }

    /// A new pair, unless clients would refuse it and take the old one.
    fn better(&self, pair: Arc<CertifiedKey>) -> Result<Arc<CertifiedKey>, Unusable> {
        let now = self.ambient.now();
        match refused(&pair, now) {
            Some(why) if refused(&self.shown.now(), now).is_none() => Err(Unusable::new(File::Certificate, why)),
            _ => Ok(pair),
        }
    }
}

/// Tells the metrics when the certificate that is shown ends.
fn count(pair: &CertifiedKey) {
    if let Some(end) = end(pair) {
        metrics().certificate_expiry.of([]).set(unix_seconds(end));
    }
}

/// Reads the files without holding up anybody.
async fn content(files: &Files) -> Result<Content, Unusable> {
    let files = files.clone();
    let read = tokio::task::spawn_blocking(move || files.content()).await;
    read.unwrap_or_else(|error| Err(Unusable::new(File::Certificate, error.to_string())))
}
