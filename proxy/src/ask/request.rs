//! From the catalogue's description of a call to an HTTP request that is ready to be signed.
//!
//! Nothing that a user of the page can write reaches a request: regions, clusters and stack sets come from the configuration or from
//! the cloud itself. Even so each argument is encoded exactly once, and the finished URL is parsed again and compared with what was
//! meant, so that no value can move the request to another host, path or operation.

use crate::accounts::Account;
use crate::clock::Ambient;
use crate::error::TargetError;
use catalog::{Arg, Call, Cloud, Param, Part};
use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use http::request::Parts;
use http::{Method, Request};
use sign::{canonical_query, encoding};
use url::Url;

/// The values of a call's arguments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Args<'a> {
    /// The target's region.
    pub region: &'a str,
    /// What the call is about, where it wants to know.
    pub listed: &'a [String],
}

/// What a request is signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Alibaba: `x-acs-action` and `x-acs-version`.
    Acs3 {
        /// The operation.
        action: &'static str,
        /// The API's version.
        version: &'static str,
    },
    /// Huawei: `X-Project-Id`.
    Project(String),
    /// Huawei: `X-Domain-Id`.
    Domain(String),
    /// Huawei: neither, to look the two up.
    Plain,
}

/// A read-only question to a cloud. One is made for every page; every attempt turns it into a new request.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The service's id, for limits and logs.
    pub service: &'static str,
    /// `GET` or `POST`.
    pub method: Method,
    /// Scheme, host and port.
    pub base: Url,
    /// Decoded path segments.
    pub segments: Vec<String>,
    /// Decoded query.
    pub query: Vec<(String, String)>,
    /// A header that wants a fresh id for every attempt.
    pub request_id: Option<&'static str>,
    /// What the request is signed for.
    pub scope: Scope,
    /// The permission that it needs.
    pub permission: &'static str,
}

impl ApiRequest {
    /// The question of a catalogue's call for one page; `page` are the paging parameters.
    ///
    /// # Errors
    /// The account's endpoint is unusable, an argument is missing, or it cannot stand in the request.
    pub fn new(
        call: &'static Call,
        account: &Account,
        args: Args<'_>,
        scope: Scope,
        page: Vec<(String, String)>,
    ) -> Result<Self, TargetError> {
        let mut segments = Vec::new();
        for part in call.path {
            segments.push(match part {
                Part::Is(text) => (*text).to_owned(),
                Part::Of(arg) => single(*arg, args, call)?.to_owned(),
            });
        }
        let mut query = page;
        let mut request_id = None;
        for param in call.params {
            match param {
                Param::Query(name, arg) => query.push(((*name).to_owned(), single(*arg, args, call)?.to_owned())),
                Param::QueryIndexed(name, Arg::Listed) => {
                    query.extend(sign::alibaba::flatten_array(name, args.listed));
                }
                Param::Fixed(name, value) => query.push(((*name).to_owned(), (*value).to_owned())),
                Param::Header(name, Arg::RequestId) => request_id = Some(*name),
                Param::QueryIndexed(_, arg) | Param::Header(_, arg) => return Err(unsuited(*arg, call)),
            }
        }
        Ok(Self {
            service: call.service.id,
            method: match call.method {
                catalog::Method::Get => Method::GET,
                catalog::Method::Post => Method::POST,
            },
            base: account.endpoint(call.service.id, args.region, || call.service.hosts.host(args.region))?,
            segments,
            query,
            request_id,
            scope,
            permission: call.permission,
        })
    }

    /// The unsigned request of one attempt.
    ///
    /// # Errors
    /// [`TargetError`] `Credentials` when a value cannot stand in a request: the built URL would not mean what was asked for.
    pub fn parts(&self, ambient: &Ambient) -> Result<Parts, TargetError> {
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
            .method(self.method.clone())
            .uri(&url)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("signalbox/", env!("CARGO_PKG_VERSION")));
        if let Scope::Acs3 { action, version } = self.scope {
            request = request.header("x-acs-action", action).header("x-acs-version", version);
        }
        let request = request
            .body(())
            .map_err(|error| TargetError::credentials(format!("the request cannot be built: {error}")))?;
        let (mut parts, ()) = request.into_parts();
        if let Some(name) = self.request_id {
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

fn single<'a>(arg: Arg, args: Args<'a>, call: &Call) -> Result<&'a str, TargetError> {
    match (arg, args.listed) {
        (Arg::Region, _) => Ok(args.region),
        (Arg::Listed, [one]) => Ok(one),
        (Arg::Listed | Arg::RequestId, _) => Err(unsuited(arg, call)),
    }
}

fn unsuited(arg: Arg, call: &Call) -> TargetError {
    TargetError::bad_answer(format!("the catalogue's {} has no place for {arg:?}", call.action))
}

/// The scope of a call of Alibaba's; none for the other cloud's, which wants ids in it.
pub fn acs3(call: &'static Call) -> Option<Scope> {
    (call.service.cloud == Cloud::ALIBABA).then_some(Scope::Acs3 {
        action: call.action,
        version: call.service.version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use catalog::{SOURCES, Source};
    use proptest::prelude::*;

    fn ambient() -> Ambient {
        Ambient::new(std::time::SystemTime::now, || 0.0, || 7)
    }

    fn scope(call: &'static Call) -> Scope {
        acs3(call).unwrap_or_else(|| Scope::Project("p".into()))
    }

    /// The address of a source's request; of the ids it takes as many as it does at once, two at most.
    fn url(source: &'static Source, region: &str, ids: [&str; 2]) -> Result<String, TargetError> {
        let listed = ids.map(str::to_owned);
        let args = Args {
            region,
            listed: &listed[..source.fan_out.map_or(0, |fan_out| fan_out.chunk.min(2))],
        };
        let call = &source.call;
        let ask = ApiRequest::new(
            call,
            &account(source.cloud()),
            args,
            scope(call),
            vec![("limit".into(), "5".into())],
        )?;
        Ok(ask.parts(&ambient())?.uri.to_string())
    }

    #[test]
    fn every_source_builds_the_vendors_address() {
        let urls: Vec<_> = SOURCES
            .iter()
            .map(|source| {
                let region = if source.cloud() == Cloud::ALIBABA {
                    "cn-hangzhou"
                } else {
                    "ap-southeast-3"
                };
                url(source, region, ["我的 set/1", "c2"]).unwrap()
            })
            .collect();
        assert_eq!(
            urls,
            [
                "https://cs.cn-hangzhou.aliyuncs.com/regions/cn-hangzhou/operation/plans?limit=5",
                "https://coc-intl.myhuaweicloud.com/v1/executions?limit=5",
                "https://oos.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&limit=5",
                "https://tds.cn-shanghai.aliyuncs.com/?ClusterIds.1=%E6%88%91%E7%9A%84%20set%2F1&ClusterIds.2=c2&Lang=en&limit=5",
                "https://rfs.ap-southeast-3.myhuaweicloud.com/v1/stack-sets/%E6%88%91%E7%9A%84%20set%2F1/operations?limit=5",
            ]
        );
    }

    #[test]
    fn every_call_is_a_read_with_its_headers() {
        for source in SOURCES {
            let discovery = source.fan_out.map(|fan_out| &fan_out.discovery.call);
            for call in discovery.into_iter().chain([&source.call]) {
                assert!(
                    call.action.starts_with("List") || call.action.starts_with("Describe"),
                    "{}",
                    call.action
                );
                let args = Args {
                    region: "cn-north-4",
                    listed: &["s".to_owned()],
                };
                let ask = ApiRequest::new(call, &account(source.cloud()), args, scope(call), vec![]).unwrap();
                let parts = ask.parts(&ambient()).unwrap();
                assert_eq!(parts.headers["accept"], "application/json");
                if call.service.cloud == Cloud::ALIBABA {
                    assert_eq!(parts.headers["x-acs-action"], call.action);
                    assert_eq!(parts.headers["x-acs-version"], call.service.version);
                }
                let wants_id = call.params.iter().any(|param| matches!(param, Param::Header(..)));
                assert_eq!(parts.headers.contains_key("client-request-id"), wants_id);
            }
        }
    }

    #[test]
    fn no_segment_is_empty_or_climbs() {
        let source = catalog::source("huawei.rfs.stack-set-operations").unwrap();
        for name in [".", "..", ""] {
            assert_eq!(
                url(source, "cn-north-4", [name, ""]).unwrap_err().code,
                wire::ErrorCode::Credentials,
                "{name:?}"
            );
        }
        assert!(url(source, "cn-north-4", ["...", ""]).is_ok());
    }

    proptest! {
        /// Whatever an argument holds: the request goes to the same host, to a path of as many segments, or nowhere.
        #[test]
        fn no_argument_moves_a_request(name in "\\PC*|[./%\\\\?#;@:&=+ \u{0}\r\n]{0,12}", cluster in "\\PC*") {
            for source in SOURCES {
                let region = "cn-north-4";
                if let Ok(url) = url(source, region, [&name, &cluster]) {
                    let parsed = Url::parse(&url).unwrap();
                    prop_assert_eq!(parsed.scheme(), "https");
                    prop_assert_eq!(parsed.host_str().unwrap(), source.call.service.hosts.host(region));
                    prop_assert_eq!(parsed.port(), None);
                    prop_assert_eq!(parsed.path_segments().unwrap().count(), source.call.path.len().max(1));
                    let action = parsed.query_pairs().filter(|(key, _)| key == "Action").count();
                    prop_assert_eq!(action, 0);
                }
            }
        }
    }
}
