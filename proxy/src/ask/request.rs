//! From the catalogue's description of a call to an HTTP request that is ready to be signed.
//!
//! Nothing that a user of the page can write reaches a request: regions, clusters and stack sets come from the configuration or from
//! the cloud itself. Even so each argument is encoded exactly once, and the finished URL is parsed again and compared with what was
//! meant, so that no value can move the request to another host, path or operation.

use crate::accounts::Account;
use crate::clock::Ambient;
use crate::credentials::Keys;
use crate::error::TargetError;
use crate::vendors::{SignWith, Vendor};
use bytes::Bytes;
use catalog::{Arg, Call, Carrier, Param, PathSegment};
use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use http::request::Parts;
use http::{Method, Request};
use serde_json::{Map, Value};
use sign::{canonical_query, encoding};
use url::Url;

/// The values of a call's arguments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Args<'a> {
    /// The target's region.
    pub region: &'a str,
    /// The ids that the call is about, where it is about some.
    pub listed: &'a [String],
}

/// A read-only request to a cloud. One is made for every page; every attempt signs it anew.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// What is asked.
    pub call: &'static Call,
    region: String,
    base: Url,
    /// Decoded path segments.
    segments: Vec<String>,
    /// Decoded query.
    query: Vec<(String, String)>,
    /// Headers that are always the same.
    headers: Vec<(&'static str, &'static str)>,
    /// A JSON object, or nothing.
    body: Bytes,
    /// A header that wants a fresh id for every attempt.
    fresh_id_header: Option<&'static str>,
    /// The ids that the vendor's signature covers.
    facts: Vec<String>,
    /// The ids that it asks about.
    listed: Vec<String>,
}

impl ApiRequest {
    /// The request of a catalogue's call for one page; `page` are the paging parameters.
    ///
    /// # Errors
    /// The account's endpoint is unusable, an argument is missing, or it cannot stand in the request.
    pub fn new(
        call: &'static Call,
        account: &Account,
        args: Args<'_>,
        facts: Vec<String>,
        page: Vec<(&'static str, Value)>,
    ) -> Result<Self, TargetError> {
        let mut segments = Vec::new();
        for part in call.path {
            segments.push(match part {
                PathSegment::Is(text) => (*text).to_owned(),
                PathSegment::Of(arg) => single(*arg, args, call)?.to_owned(),
            });
        }
        let mut query = Vec::new();
        let mut headers = Vec::new();
        let mut fresh_id_header = None;
        let mut body = Map::new();
        for (name, value) in page {
            match (call.paging_in, value) {
                (Carrier::Query, Value::String(text)) => query.push((name.to_owned(), text)),
                (Carrier::Query, count) => query.push((name.to_owned(), count.to_string())),
                (Carrier::Body, value) => _ = body.insert(name.to_owned(), value),
            }
        }
        for param in call.params {
            match param {
                Param::Query(name, arg) => query.push(((*name).to_owned(), single(*arg, args, call)?.to_owned())),
                Param::QueryIndexed(name, Arg::Listed) => {
                    let numbered = |(number, id): (u32, &String)| (format!("{name}.{number}"), id.clone());
                    query.extend((1..).zip(args.listed).map(numbered));
                }
                Param::Fixed(name, value) => query.push(((*name).to_owned(), (*value).to_owned())),
                Param::Header(name, Arg::RequestId) => fresh_id_header = Some(*name),
                Param::FixedHeader(name, value) => headers.push((*name, *value)),
                Param::Object => {}
                Param::Body(name, arg) => _ = body.insert((*name).to_owned(), single(*arg, args, call)?.into()),
                Param::BodyList(name, Arg::Listed) => _ = body.insert((*name).to_owned(), args.listed.into()),
                Param::QueryIndexed(_, arg) | Param::Header(_, arg) | Param::BodyList(_, arg) => {
                    return Err(unsuited(*arg, call));
                }
            }
        }
        Ok(Self {
            call,
            region: args.region.to_owned(),
            base: endpoint(account, call, args.region)?,
            segments,
            query,
            headers,
            body: if has_body(call) {
                Value::Object(body).to_string().into()
            } else {
                Bytes::new()
            },
            fresh_id_header,
            facts,
            listed: args.listed.to_vec(),
        })
    }

    /// Who is asked.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Where.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The ids that it asks about, where it asks about some.
    #[must_use]
    pub fn listed(&self) -> &[String] {
        &self.listed
    }

    /// The signed request of one attempt.
    ///
    /// # Errors
    /// `Credentials` when a value cannot stand in a request, or the keys cannot sign it.
    pub fn signed(&self, vendor: &dyn Vendor, keys: &Keys, ambient: &Ambient) -> Result<Request<Bytes>, TargetError> {
        let mut parts = self.parts(ambient)?;
        let with = SignWith {
            call: self.call,
            region: &self.region,
            facts: &self.facts,
            keys,
            ambient,
        };
        vendor.sign(&mut parts, &self.body, with)?;
        Ok(Request::from_parts(parts, self.body.clone()))
    }

    /// The unsigned request of one attempt.
    ///
    /// # Errors
    /// [`TargetError`] `Credentials` when a value cannot stand in a request: the built URL would not mean what was asked for.
    fn parts(&self, ambient: &Ambient) -> Result<Parts, TargetError> {
        let mut url = format!(
            "{}{}",
            self.base.origin().ascii_serialization(),
            encoding::path(&self.segments)
        );
        if !self.query.is_empty() {
            url = format!("{url}?{}", canonical_query(&self.query));
        }
        self.compare(&url)?;
        let mut request = Request::builder()
            .method(match self.call.method {
                catalog::Method::Get => Method::GET,
                catalog::Method::Post => Method::POST,
            })
            .uri(&url)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("signalbox/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(())
            .map_err(|error| TargetError::credentials(format!("the request cannot be built: {error}")))?;
        let (mut parts, ()) = request.into_parts();
        if let Some(name) = self.fresh_id_header {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&ambient.uuid())) {
                parts.headers.insert(name, value);
            }
        }
        Ok(parts)
    }

    /// Parses the URL as the HTTP client will, and compares each piece with what was meant.
    fn compare(&self, url: &str) -> Result<(), TargetError> {
        let changed = |what: &str| {
            TargetError::credentials(format!("a value cannot stand in a request: it would change the {what}"))
        };
        let parsed = Url::parse(url).map_err(|_| changed("address"))?;
        if parsed.origin() != self.base.origin() || !parsed.username().is_empty() || parsed.fragment().is_some() {
            return Err(changed("host"));
        }
        // An empty argument would be a path of its own, with other meaning to the cloud.
        if self.segments.iter().any(String::is_empty) {
            return Err(changed("path"));
        }
        // A path without segments is `/`, which parses as one empty segment.
        let decoded: Option<Vec<_>> = parsed
            .path_segments()
            .map(|segments| segments.map(encoding::decode).collect());
        let meant: Vec<_> = self
            .segments
            .iter()
            .map(|segment| Ok(segment.as_bytes().to_vec()))
            .collect();
        let none = vec![Ok(Vec::new())];
        if decoded.as_ref() != Some(if meant.is_empty() { &none } else { &meant }) {
            return Err(changed("path"));
        }
        let mut meant: Vec<_> = self
            .query
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        meant.sort_unstable();
        if !parsed.query_pairs().eq(meant) {
            return Err(changed("query"));
        }
        Ok(())
    }
}

/// Where a service of the account is asked: its configured endpoint for the region, else `https://` and the public host. The configuration
/// has been checked, so that only a region without a host has no address.
fn endpoint(account: &Account, call: &Call, region: &str) -> Result<Url, TargetError> {
    let service = call.service.id;
    let address = match account.endpoints.get(service) {
        Some(pattern) => pattern.replace("{region}", region),
        None => format!("https://{}", call.service.hosts.host(region)),
    };
    Url::parse(&address)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| TargetError::connect(format!("no address is known for {service} in {region}")))
}

/// Whether a call's requests hold a JSON object, be it an empty one.
fn has_body(call: &Call) -> bool {
    call.paging_in == Carrier::Body
        || call
            .params
            .iter()
            .any(|param| matches!(param, Param::Body(..) | Param::BodyList(..) | Param::Object))
}

fn single<'a>(arg: Arg, args: Args<'a>, call: &Call) -> Result<&'a str, TargetError> {
    match (arg, args.listed) {
        (Arg::Region, _) => Ok(args.region),
        (Arg::Listed, [id]) => Ok(id),
        _ => Err(unsuited(arg, call)),
    }
}

fn unsuited(arg: Arg, call: &Call) -> TargetError {
    TargetError::catalogue(format!("the catalogue's {} has no place for {arg:?}", call.action))
}

#[cfg(test)]
mod tests;
