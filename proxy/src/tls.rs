//! The certificate with which the listener encrypts: two files, which only count together.

mod doubts;

pub use doubts::{doubts, end, refused};

use rustls::crypto::ring::sign;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where certificate and key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The server's certificate, and after it those between it and the root, as PEM.
    pub certificate: PathBuf,
    /// Its key, as PEM without a passphrase.
    pub key: PathBuf,
}

/// What the files hold, not looked into.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content")
    }
}

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// That with the certificates.
    Certificate,
    /// That with the key.
    Key,
}

impl File {
    /// As the configuration calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Key => "key",
        }
    }
}

/// Why nothing can be encrypted with the files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}", file.name())]
pub struct Unusable {
    /// Which one.
    pub file: File,
    /// What is wrong with it.
    pub what: String,
}

impl Unusable {
    /// This of that file.
    pub fn new(file: File, what: impl Into<String>) -> Self {
        Self {
            file,
            what: what.into(),
        }
    }
}

impl Files {
    /// What they hold now.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn content(&self) -> Result<Content, Unusable> {
        let read = |file, path: &Path| {
            fs::read(path).map_err(|error| Unusable::new(file, format!("cannot read {}: {error}", path.display())))
        };
        Ok(Content {
            certificate: read(File::Certificate, &self.certificate)?,
            key: read(File::Key, &self.key)?,
        })
    }
}

impl Content {
    /// The certificates with their key, if it is their key.
    ///
    /// # Errors
    /// One of them is none, or they do not belong together.
    pub fn pair(&self) -> Result<Arc<CertifiedKey>, Unusable> {
        let chain = CertificateDer::pem_slice_iter(&self.certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| Unusable::new(File::Certificate, format!("is no PEM: {error}")))?;
        if chain.is_empty() {
            let what =
                "holds no certificate: it must be PEM, first the server's own, then those between it and the root";
            return Err(Unusable::new(File::Certificate, what));
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| {
            Unusable::new(
                File::Key,
                match error {
                    pem::Error::NoItemsFound => "holds no key: it must be PEM, and without a passphrase".to_owned(),
                    other => format!("is no PEM: {other}"),
                },
            )
        })?;
        let key = sign::any_supported_type(&key).map_err(|_| {
            let what = "is of no kind that can sign here: take RSA with 2048 bits or more, P-256, P-384 or Ed25519";
            Unusable::new(File::Key, what)
        })?;
        let pair = CertifiedKey::new(chain, key);
        match pair.keys_match() {
            Ok(()) => Ok(Arc::new(pair)),
            Err(rustls::Error::InconsistentKeys(_)) => {
                Err(Unusable::new(File::Key, "does not belong to the certificate"))
            }
            Err(error) => Err(Unusable::new(File::Certificate, format!("cannot be read: {error}"))),
        }
    }
}
