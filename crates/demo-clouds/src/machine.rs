//! The machine in a cloud that whoever asks a metadata service is on.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::{DateTime, Utc};

/// How the metadata service of a machine wants to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MachineMetadata {
    /// With a token or without one.
    #[default]
    Either,
    /// Only with a token: 401 without (Alibaba: 403).
    TokenOnly,
    /// As it was before there were tokens: 404 for whoever wants one.
    WithoutToken,
    /// Either way, and nobody has given the machine a role or an agency.
    NoAgency,
}

/// A temporary key as it is handed out.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) access: String,
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: DateTime<Utc>,
}

/// What the metadata service remembers.
#[derive(Default)]
pub(crate) struct Machine {
    /// Tokens for questions, until when they count.
    pub(crate) tokens: Mutex<HashMap<String, DateTime<Utc>>>,
    /// The keys that it hands out.
    pub(crate) session: Mutex<Option<Session>>,
}
