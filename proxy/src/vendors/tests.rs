use super::*;
use catalog::SOURCES;
use http::Request;
use sign::Secret;
use std::time::SystemTime;

fn signed(vendor: &dyn Vendor, call: &'static Call, facts: &[String]) -> Result<Parts, TargetError> {
    let keys = Keys {
        id: "id".into(),
        secret: Secret::new("secret"),
        token: None,
    };
    let ambient = Ambient::new(SystemTime::now, || 0.0, || 7);
    let request = Request::get("https://example.com/a").body(()).unwrap();
    let (mut parts, ()) = request.into_parts();
    let with = SignWith {
        call,
        region: "r",
        facts,
        keys: &keys,
        ambient: &ambient,
    };
    vendor.sign(&mut parts, b"", with)?;
    Ok(parts)
}

#[test]
fn every_source_has_a_vendor_that_signs_it_and_no_other_does() {
    for source in SOURCES {
        let own = vendor(source.cloud().id).unwrap();
        let facts: Vec<_> = own.facts(&source.call, "r").iter().map(|_| "f".to_owned()).collect();
        let parts = signed(own, &source.call, &facts).unwrap();
        assert!(parts.headers.contains_key("authorization"));
        for other in VENDORS.iter().filter(|other| other.cloud() != own.cloud()) {
            assert!(
                signed(*other, &source.call, &facts).is_err(),
                "{other:?} signs {}",
                source.id
            );
            assert!(
                signed(*other, &source.call, &[]).is_err(),
                "{other:?} signs {}",
                source.id
            );
        }
    }
}

#[test]
fn the_operation_stands_in_the_headers_where_the_vendor_wants_it() {
    for source in SOURCES.iter().filter(|source| source.cloud() == Cloud::ALIBABA) {
        let parts = signed(&alibaba::Alibaba, &source.call, &[]).unwrap();
        assert_eq!(parts.headers["x-acs-action"], source.call.action);
        assert_eq!(parts.headers["x-acs-version"], source.call.service.version);
    }
}

#[test]
fn a_request_that_lacks_a_fact_is_not_signed() {
    let call = &catalog::source("huawei.coc.executions").unwrap().call;
    assert!(signed(&huawei::Huawei, call, &[]).is_err());
}
