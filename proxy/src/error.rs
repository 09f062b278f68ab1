//! Why a target could not be asked, or not to its end.

use std::any::Any;
use wire::ErrorCode;

/// Why a target could not be asked, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{public}{}", private.as_ref().map(ToString::to_string).unwrap_or_default())]
pub struct TargetError {
    /// What people are shown.
    pub public: wire::TargetError,
    /// What only the log may have.
    pub private: Option<Box<Private>>,
}

/// What only the log may have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Private {
    /// The catalogue describes a request that cannot be made: a fault of Signalbox, for which nobody outside can do anything.
    #[error(" (a fault of the catalogue)")]
    Catalogue,
    /// The walk panicked, with this text.
    #[error(" (a panic: {0})")]
    Panic(String),
}

impl From<wire::TargetError> for TargetError {
    fn from(public: wire::TargetError) -> Self {
        Self { public, private: None }
    }
}

impl TargetError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        wire::TargetError::new(code, message).into()
    }

    /// Time is up.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Timeout, message)
            .advise("the cloud or the network is slow: try again, or ask fewer regions at once")
    }

    /// No connection, or one that broke.
    pub fn connect(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ConnectFailed, message).advise(
            "check the region's name, the account's endpoints, and that this host may reach them (DNS, firewall)",
        )
    }

    /// An answer that cannot be what the vendor documents.
    pub fn bad_answer(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadAnswer, message)
            .advise("if it lasts, something between here and the cloud answers in its place, or the API has changed")
    }

    /// A request that cannot be made as the catalogue describes it. People see an answer that makes no sense.
    pub fn catalogue(message: impl Into<String>) -> Self {
        Self {
            private: Some(Box::new(Private::Catalogue)),
            ..Self::bad_answer(message)
        }
    }

    /// A walk that panicked; `panic` is what it was thrown with.
    #[must_use]
    pub fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self {
            private: Some(Box::new(Private::Panic(text.unwrap_or("of unknown kind").to_owned()))),
            ..Self::bad_answer("Signalbox could not cope with the answer: its log says more")
        }
    }

    /// More than the bounds allow.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::TooLarge, message)
            .advise("what arrived until then is shown; ask fewer regions or clusters at once")
    }

    /// A 3xx.
    pub fn redirected(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Redirected, message)
            .advise("redirects are never followed with signed requests: correct the account's endpoint")
    }

    /// The list goes round in circles.
    pub fn looping(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::LoopingCursor, message)
            .advise("the list of the cloud does not end: what arrived until then is shown")
    }

    /// The keys, or an id that is looked up with them, cannot be used.
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Credentials, message).advise("check the account's credentials in the configuration")
    }

    /// Nobody wants the answer any more.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "the reader has gone")
    }

    /// The same error with this advice.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.public.advice = Some(advice.into());
        self
    }

    /// The same error with the cloud's request id.
    #[must_use]
    pub fn of_request(mut self, request_id: Option<String>) -> Self {
        self.public.request_id = request_id;
        self
    }

    /// The same error, whose message tells of another too.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.public.message = format!("{}; {}", self.public.message, other.public.message);
        self
    }

    /// The same error, whose message begins with where it happened.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        self.public.message = format!("{place}: {}", self.public.message);
        self
    }
}
