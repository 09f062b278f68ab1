//! Names that are misspelt.

use super::*;

#[test]
fn what_was_meant_is_asked_wherever_a_name_is_misspelt() {
    for (said, instead, told) in [
        (
            "[auth]",
            "lisen = \"x\"\n[auth]",
            r#"lisen: is not a setting: did you mean "listen"?"#,
        ),
        (
            "regions = [\"cn-h",
            "region = [\"cn-h",
            r#"account[0].region: is not a setting: did you mean "regions"?"#,
        ),
        (
            "{ env = \"AK\" }",
            "{ evn = \"AK\" }",
            r#"account[0].credentials.access_key_id.evn: is not a setting: did you mean "env"?"#,
        ),
        (
            "access_key_secret =",
            "acess_key_secret =",
            r#"account[0].credentials.acess_key_secret: is not a setting: did you mean "access_key_secret"?"#,
        ),
        (
            "cloud = \"huawei\"",
            "cloud = \"huwaei\"",
            r#"account[1].cloud: "huwaei" is neither "alibaba" nor "huawei": did you mean "huawei"?"#,
        ),
        (
            "\"none\"",
            "\"nnoe\"",
            r#"auth.mode: "nnoe" is not one of none, oidc, header, jwt: did you mean "none"?"#,
        ),
        (
            "tables = [\"*\"]",
            "tables = [\"patchs\"]",
            r#"grant[0].tables: "patchs" is no table, of which there are plans, tickets, patches, plugins, operations: did you mean "patches"?"#,
        ),
        (
            "[auth]",
            "[log]\nformat = \"jsno\"\n[auth]",
            r#"log.format: "jsno" is not one of text, json: did you mean "json"?"#,
        ),
        (
            "fresh = ",
            "freshh = ",
            r#"cache.freshh: is not a setting: did you mean "fresh"?"#,
        ),
    ] {
        let text = GOOD.replacen(said, instead, 1);
        assert_ne!(text, GOOD, "{said}");
        let faults = faults(&text, &[]);
        assert!(faults.iter().any(|fault| fault == told), "{told}: {faults:?}");
    }
    // An account may come later, so that it is no fault.
    let read = read(
        &GOOD.replace("accounts = [\"prod-*\"]", "accounts = [\"prod-nc\", \"x*\"]"),
        &[],
    )
    .unwrap();
    assert_eq!(
        read.remarks(SystemTime::UNIX_EPOCH),
        [r#"grant: "prod-nc" is no account of this configuration: did you mean "prod-cn"?"#]
    );
}
