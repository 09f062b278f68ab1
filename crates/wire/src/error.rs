//! Why a target failed.

use super::whole::whole;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Why a target could not be asked, or not to its end: what the page may show. What only the log may see stays in the proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetError {
    /// The cloud's HTTP status; none without a usable answer.
    #[serde(deserialize_with = "whole")]
    pub status: Option<u16>,
    /// The cloud's own code, or Signalbox's.
    pub code: ErrorCode,
    /// What happened, in the cloud's words where it has some.
    #[serde(deserialize_with = "or_default")]
    pub message: String,
    /// The cloud's id of the request, to give to its support.
    pub request_id: Option<String>,
    /// The permission that the keys lack, as the vendor writes it in a policy; none where that is not why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What to do about it, in English.
    pub advice: Option<String>,
    /// The same in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice_zh: Option<String>,
}

/// What kind of failure; on the wire a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Time is up.
    Timeout,
    /// No connection, or one that broke.
    ConnectFailed,
    /// An answer that cannot be what the vendor documents.
    BadAnswer,
    /// More than the bounds allow.
    TooLarge,
    /// A 3xx.
    Redirected,
    /// The list goes round in circles.
    LoopingCursor,
    /// The keys, or an id that is looked up with them, cannot be used.
    Credentials,
    /// Nobody wants the answer any more.
    Cancelled,
    /// The page has lost the proxy. Never sent.
    Disconnected,
    /// The cloud's own code.
    Cloud(String),
}

impl ErrorCode {
    const OWN: [Self; 9] = [
        Self::Timeout,
        Self::ConnectFailed,
        Self::BadAnswer,
        Self::TooLarge,
        Self::Redirected,
        Self::LoopingCursor,
        Self::Credentials,
        Self::Cancelled,
        Self::Disconnected,
    ];

    /// The code as it is sent and shown.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Timeout => "Timeout",
            Self::ConnectFailed => "ConnectFailed",
            Self::BadAnswer => "BadAnswer",
            Self::TooLarge => "TooLarge",
            Self::Redirected => "Redirected",
            Self::LoopingCursor => "LoopingCursor",
            Self::Credentials => "Credentials",
            Self::Cancelled => "Cancelled",
            Self::Disconnected => "Disconnected",
            Self::Cloud(code) => code,
        }
    }
}

impl Default for ErrorCode {
    fn default() -> Self {
        Self::Cloud(String::new())
    }
}

impl From<String> for ErrorCode {
    fn from(text: String) -> Self {
        let own = Self::OWN.into_iter().find(|own| own.as_str() == text);
        own.unwrap_or(Self::Cloud(text))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        or_default::<String, D>(deserializer).map(Self::from)
    }
}

/// A value whose absence may also be written as `null`.
pub(crate) fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl TargetError {
    /// An error without an answer of the cloud.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            ..Self::default()
        }
    }

    /// What to do about it, for a reader of Chinese or of English.
    pub fn advice_in(&self, chinese: bool) -> Option<&str> {
        let own = self.advice_zh.as_deref().filter(|_| chinese);
        own.or(self.advice.as_deref())
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for TargetError {}
