//! The vendors whose clouds can be asked: one room each, behind one trait. No other file of the proxy knows one of them by name.

pub mod alibaba;
pub mod directory;
mod error_body;
pub mod found;
pub mod huawei;
pub mod lenient;
pub mod remedy;
pub mod throttling;

pub use error_body::{ErrorBody, HiddenError, Listed};

use crate::clock::Ambient;
use crate::credentials::{Issuer, Keys, Kind, Surroundings, Told};
use crate::error::TargetError;
use catalog::{Call, Cloud, Discovery, Service};
use directory::DirectoryKind;
use found::{Found, Place};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use remedy::{Family, Remedy};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Every vendor. A new one is a room in this folder and a line here.
pub const VENDORS: &[&dyn Vendor] = &[&alibaba::Alibaba, &huawei::Huawei];

/// The vendor with an id.
#[must_use]
pub fn vendor(id: &str) -> Option<&'static dyn Vendor> {
    VENDORS.iter().copied().find(|vendor| vendor.cloud().id == id)
}

/// What the address of a service may look like, for people who wrote one that is none.
pub const ENDPOINT_EXAMPLE: &str = "https://oos-vpc.{region}.aliyuncs.com";

/// What an account's `endpoints` calls the metadata service.
pub const METADATA: &str = "metadata";

/// What is to be known about a vendor, beyond the list APIs in the catalogue.
pub trait Vendor: fmt::Debug + Send + Sync {
    /// Its id in the catalogue and the configuration.
    fn cloud(&self) -> Cloud;

    /// Its name for people.
    fn name(&self) -> &'static str;

    /// The services that an account's `endpoints` may name.
    fn services(&self) -> Vec<&'static Service> {
        self.cloud().services().collect()
    }

    /// What an account of this vendor may say in the configuration.
    fn account_fields(&self) -> &'static AccountFields;

    /// The kinds of credentials that its accounts may have, besides `static` and `env`.
    fn kinds(&self) -> &'static [Kind] {
        &[]
    }

    /// The directories in which it keeps accounts that belong together.
    fn directories(&self) -> &'static [DirectoryKind] {
        &[]
    }

    /// Which credentials of its a machine seems to have, in the order in which its own tools take them. For somebody who writes their first configuration.
    fn found(&self, _place: Place<'_>) -> Vec<Found> {
        Vec::new()
    }

    /// A region to begin with, where none is known.
    fn usual_region(&self) -> &'static str;

    /// The facts that come with credentials of a kind, by name, where the fields or what they point to tell some: then they need not be looked
    /// up.
    fn told_facts(&self, _from: &str, _told: &Told, _around: &Surroundings) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Where the environment says that keys come from, if it names something else than keys: that wins over keys beside it.
    fn issuer_of_environment(&self, _around: &Surroundings) -> Option<Arc<dyn Issuer>> {
        None
    }

    /// Where its machines get keys of their own, as the address of a host, if it has such a service.
    fn metadata(&self) -> Option<&'static str> {
        None
    }

    /// The facts that a request for `call` in `region` must carry.
    fn facts(&self, _call: &Call, _region: &str) -> Vec<Fact> {
        Vec::new()
    }

    /// Signs a request, and adds the headers that the vendor wants besides.
    ///
    /// # Errors
    /// `Credentials`: keys, facts or call cannot be signed.
    fn sign(&self, parts: &mut Parts, body: &[u8], with: SignWith<'_>) -> Result<(), TargetError>;

    /// Names of the field that holds an error's code, besides those that most services use.
    fn code_fields(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the body of an error answer says.
    fn read_error(&self, body: &[u8]) -> ErrorBody {
        ErrorBody::read(body, self.code_fields())
    }

    /// The headers that may hold the id of a request, the best first.
    fn request_id_headers(&self) -> &'static [&'static str] {
        &["x-request-id"]
    }

    /// Words after which the vendor's gateways repeat what was signed, in lower case, besides those that all use.
    fn echo_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// What is known of the vendor's codes.
    fn families(&self) -> &'static [Family] {
        &[]
    }

    /// Whether the answer only wants to be asked later.
    fn throttles(&self, status: StatusCode, code: &str, message: &str) -> bool {
        throttling::is_throttling(status, code, message)
    }

    /// How long the answer wants to be left in peace, whatever is wrong, where it says so otherwise than by `Retry-After`.
    fn retry_after(&self, _headers: &HeaderMap) -> Option<Duration> {
        None
    }

    /// How long the quota of an answer that throttles takes to begin anew, where its headers say so in a way of the vendor's own.
    fn quota_wait(&self, _headers: &HeaderMap) -> Option<Duration> {
        None
    }

    /// What can be done about one of the vendor's errors.
    fn remedy(&self, code: &str, message: &str) -> Option<Remedy> {
        Remedy::find(self.families(), code, message)
    }
}

/// What goes into a signature, besides the request.
#[derive(Clone, Copy, Debug)]
pub struct SignWith<'a> {
    /// What is asked.
    pub call: &'static Call,
    /// In which region.
    pub region: &'a str,
    /// The facts that [`Vendor::facts`] named, in that order.
    pub facts: &'a [String],
    /// The keys to sign with.
    pub keys: &'a Keys,
    /// Time and chance.
    pub ambient: &'a Ambient,
}

/// What an account of a vendor may say in the configuration.
#[derive(Debug)]
pub struct AccountFields {
    /// Fields that list ids, by the catalogue's key of their fan-out.
    pub lists: &'static [&'static str],
    /// Fields that hold a fact, with its name.
    pub facts: &'static [(&'static str, &'static str)],
    /// Fields that hold a table from region to fact, with its name.
    pub regional_facts: &'static [(&'static str, &'static str)],
    /// Fields of `static` credentials: key id, key, token.
    pub key_fields: [&'static str; 3],
    /// Variables of `env` credentials: key id, key, token.
    pub key_variables: [&'static str; 3],
    /// Variables that `env` credentials take facts from, with their names.
    pub fact_variables: &'static [(&'static str, &'static str)],
    /// Kinds of credentials that are planned.
    pub unbuilt: &'static [&'static str],
}

/// An id that requests must carry, and how it is looked up where the account does not say it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is called, and where it holds.
    pub key: FactKey,
    /// The list that it is in.
    pub discovery: &'static Discovery,
    /// Another one, for keys of which that list is empty.
    pub otherwise: Option<&'static Discovery>,
    /// Takes it from that list, if it is there.
    pub choose: fn(region: &str, found: Vec<String>) -> Result<String, TargetError>,
}

/// A fact's name, and its region where it differs from one to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FactKey {
    /// As in [`AccountFields`].
    pub name: &'static str,
    /// None for a fact of the whole account.
    pub region: Option<String>,
}

/// The answer of a vendor that is asked to sign what is not its own.
fn foreign() -> TargetError {
    TargetError::credentials("keys of one cloud cannot sign for the other")
}

/// A request that cannot be signed.
fn unsigned(error: &sign::SignError) -> TargetError {
    TargetError::credentials(format!("the request cannot be signed: {error}"))
}

#[cfg(test)]
mod tests;
