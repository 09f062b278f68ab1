//! What a hostile or broken provider does.

mod key_set;
mod queue;
mod token;

use serde_json::Value;

use crate::profile::Endpoint;

pub use key_set::KeySetFault;
pub(crate) use queue::Queue;
pub use token::TokenFault;
pub(crate) use token::{Surroundings, toggle_slash};

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Tampering {
    /// In an ID token of the token answer.
    IdToken(TokenFault),
    /// In a logout token.
    LogoutToken(TokenFault),
    /// In the discovery document.
    Discovery(DocumentFault),
    /// In the key set.
    Keys(KeySetFault),
    /// In the callback to the client.
    Callback(CallbackFault),
    /// In the userinfo answer: this member has this value, or is away when the value is null.
    Userinfo(&'static str, Value),
    /// In the token answer: this member has this value, or is away when the value is null.
    TokenAnswer(&'static str, Value),
    /// In the answer of an address as a whole.
    Answer(Endpoint, AnswerFault),
    /// At the authorize address: with `prompt=none` this error comes back although somebody is signed in.
    SilentError(&'static str),
    /// At the authorize address: whoever was chosen, this login gets the code.
    SignsInAs(String),
}

/// What is wrong with a discovery document.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentFault {
    /// The issuer has a slash at its end where it has none, and none where it has one.
    IssuerSlash,
    /// The issuer is the template of a provider for all tenants, as Entra's `common` has it
    /// (<https://learn.microsoft.com/entra/identity-platform/access-tokens#multitenant-applications>).
    IssuerTemplate,
    /// The issuer is somebody else's.
    OtherIssuer,
    /// A member has this value, or is away when the value is null.
    Member(&'static str, Value),
}

/// What is wrong with the callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackFault {
    /// `iss` is somebody else's.
    OtherIssuer,
    /// `iss` is missing, whatever discovery says.
    NoIssuer,
    /// `state` is another attempt's.
    OtherState,
    /// `state` is missing.
    NoState,
    /// `code` comes twice.
    TwoCodes,
    /// `code` is missing.
    NoCode,
    /// `code` is one that nobody ever got.
    OtherCode,
    /// This error comes back in place of a code.
    Error(&'static str),
}

/// What is wrong with an answer as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// A page of HTML with status 200.
    Html,
    /// The right answer behind 64 MiB of white space.
    Huge,
    /// The right answer in pieces with a pause before each: ten seconds and more in all.
    Slow,
    /// 302 to another host.
    Redirect,
    /// This status with an OAuth error of this name.
    Error(u16, &'static str),
    /// Half the answer, then the connection ends.
    Truncated,
    /// The connection ends without an answer.
    Cut,
    /// No answer, ever.
    Hang,
    /// JSON that is no object.
    NoObject,
}
