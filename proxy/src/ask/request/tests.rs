use super::*;
use crate::accounts::tests::account;
use catalog::{Cloud, SOURCES, Source};
use proptest::prelude::*;
use wire::ErrorCode;

fn ambient() -> Ambient {
    Ambient::new(std::time::SystemTime::now, || 0.0, || 7)
}

/// As the walk of the source would ask: a list about clusters, or about a stack set.
fn request(source: &'static Source, region: &str, clusters: &[String], stack_set: &str) -> Result<Parts, TargetError> {
    let stack_set = [stack_set.to_owned()];
    let listed = match &source.fan_out {
        Some(fan_out) if fan_out.chunk == 1 => &stack_set,
        _ => clusters,
    };
    let account = account(source.cloud());
    let page = vec![("limit", 5.into())];
    let request = ApiRequest::new(&source.call, &account, Args { region, listed }, vec![], page)?;
    request.parts(&ambient())
}

fn url(source: &'static Source, region: &str, clusters: &[String], stack_set: &str) -> Result<String, TargetError> {
    request(source, region, clusters, stack_set).map(|parts| parts.uri.to_string())
}

#[test]
fn every_source_builds_the_vendors_address() {
    let clusters = ["c1".to_owned(), "c2".to_owned()];
    let urls: Vec<_> = SOURCES
        .iter()
        .map(|source| {
            let region = if source.cloud() == Cloud::ALIBABA {
                "cn-hangzhou"
            } else {
                "ap-southeast-3"
            };
            url(source, region, &clusters, "我的 set/1").unwrap()
        })
        .collect();
    assert_eq!(
        urls,
        [
            "https://cs.cn-hangzhou.aliyuncs.com/regions/cn-hangzhou/operation/plans?limit=5",
            "https://coc-intl.myhuaweicloud.com/v1/executions?limit=5",
            "https://oos.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou&limit=5",
            "https://tds.cn-shanghai.aliyuncs.com/?ClusterIds.1=c1&ClusterIds.2=c2&Lang=en&limit=5",
            "https://rfs.ap-southeast-3.myhuaweicloud.com/v1/stack-sets/%E6%88%91%E7%9A%84%20set%2F1/operations?limit=5",
        ]
    );
}

#[test]
fn every_call_is_a_read_with_its_headers() {
    for source in SOURCES {
        let discovery = source.fan_out.as_ref().map(|fan_out| &fan_out.discovery.call);
        for call in [Some(&source.call), discovery].into_iter().flatten() {
            assert!(
                call.action.starts_with("List") || call.action.starts_with("Describe"),
                "{}",
                call.action
            );
            let args = Args {
                region: "cn-north-4",
                listed: &["s".to_owned()],
            };
            let account = account(source.cloud());
            let request = ApiRequest::new(call, &account, args, vec![], vec![]).unwrap();
            let parts = request.parts(&ambient()).unwrap();
            assert_eq!(parts.headers["accept"], "application/json");
            let wants_id = call.params.iter().any(|param| matches!(param, Param::Header(..)));
            assert_eq!(parts.headers.contains_key("client-request-id"), wants_id);
        }
    }
}

#[test]
fn a_configured_endpoint_wins_and_takes_the_region() {
    let call = &catalog::source("alibaba.oos.instance-patch-states").unwrap().call;
    let mut account = account(Cloud::ALIBABA);
    assert_eq!(
        endpoint(&account, call, "r1").unwrap().as_str(),
        "https://oos.r1.aliyuncs.com/"
    );
    account
        .endpoints
        .insert("oos".into(), "http://oos-{region}.local:81".into());
    assert_eq!(
        endpoint(&account, call, "r1").unwrap().as_str(),
        "http://oos-r1.local:81/"
    );
    account.endpoints.insert("oos".into(), "https://".into());
    assert_eq!(
        endpoint(&account, call, "r1").unwrap_err().public.code,
        ErrorCode::ConnectFailed
    );
}

#[test]
fn no_segment_is_empty_or_climbs() {
    let source = catalog::source("huawei.rfs.stack-set-operations").unwrap();
    for name in [".", "..", ""] {
        assert_eq!(
            url(source, "cn-north-4", &[], name).unwrap_err().public.code,
            ErrorCode::Credentials,
            "{name:?}"
        );
    }
    assert!(url(source, "cn-north-4", &[], "...").is_ok());
}

#[test]
fn a_call_may_carry_its_parameters_in_the_body() {
    static CALL: Call = Call {
        action: "DescribeThings",
        service: &catalog::services::ALIBABA_OOS,
        method: catalog::Method::Post,
        path: &[],
        params: &[
            Param::FixedHeader("content-type", "application/json"),
            Param::Body("Region", Arg::Region),
            Param::BodyList("Ids", Arg::Listed),
        ],
        paging: catalog::Paging::None { cap: None },
        paging_in: Carrier::Body,
        items: "Things",
        items_may_be_missing: false,
        permission: "x:DescribeThings",
        doc: "https://example.com",
    };
    let args = Args {
        region: "r1",
        listed: &["a\"b".to_owned(), "c".to_owned()],
    };
    let page = vec![("Max", 50.into()), ("Next", "t".into())];
    let request = ApiRequest::new(&CALL, &account(Cloud::ALIBABA), args, vec![], page).unwrap();
    let parts = request.parts(&ambient()).unwrap();
    assert_eq!(parts.uri, "https://oos.r1.aliyuncs.com/");
    assert_eq!(parts.headers["content-type"], "application/json");
    assert_eq!(
        request.body,
        r#"{"Ids":["a\"b","c"],"Max":50,"Next":"t","Region":"r1"}"#
    );
}

proptest! {
    /// Whatever an argument holds: the request goes to the same host, to a path of as many segments, or nowhere.
    #[test]
    fn no_argument_moves_a_request(name in "\\PC*|[./%\\\\?#;@:&=+ \u{0}\r\n]{0,12}", cluster in "\\PC*") {
        for source in SOURCES {
            let region = "cn-north-4";
            if let Ok(url) = url(source, region, std::slice::from_ref(&cluster), &name) {
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
