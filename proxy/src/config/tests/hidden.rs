//! What sticks to ids and secrets unseen.

use super::*;

const ODD: [(&str, &str); 7] = [
    ("\u{feff}key", "holds a byte order mark"),
    ("a\nb", "holds a line break"),
    ("a\r\nb", "holds a line break"),
    ("a\u{7}b", "holds control characters"),
    ("a\u{200b}b", "holds a sign that cannot be seen (U+200B)"),
    ("a\u{fe0f}", "holds a sign that cannot be seen (U+FE0F)"),
    (" \u{200b}\n", "is blank"),
];

const ODD_KEYS: [(&str, &str); 3] = [
    ("key one", "holds a blank"),
    ("\u{201c}a\u{201d}", "holds a sign that is in no key (U+201C)"),
    ("a\u{fffd}", "holds a sign that is in no key (U+FFFD)"),
];

#[test]
fn odd_secrets_are_faults_wherever_they_come_from() {
    for (value, why) in ODD.into_iter().chain(ODD_KEYS) {
        for (variable, field) in [("AK", "access_key_id"), ("TOKEN", "security_token")] {
            let told = faults(GOOD, &[(variable, value)]);
            assert_eq!(
                told,
                [format!("account[0].credentials.{field}: the secret {why}")],
                "{value:?}"
            );
        }
        for variable in [
            "HUAWEICLOUD_SDK_AK",
            "HUAWEICLOUD_SDK_SK",
            "HUAWEICLOUD_SDK_SECURITY_TOKEN",
            "HUAWEICLOUD_SDK_DOMAIN_ID",
            "HUAWEICLOUD_SDK_PROJECT_ID",
        ] {
            let told = faults(GOOD, &[(variable, value)]);
            assert_eq!(
                told,
                [format!(
                    "account[1].credentials: the environment variable {variable} {why}"
                )],
                "{value:?}"
            );
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sk"), format!("{value}\n")).unwrap();
        let told = parse(GOOD, folder.path(), &environment(&[]), None, VENDORS)
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            format!("account[0].credentials.access_key_secret: the secret {why}"),
            "{value:?}"
        );
        assert!(!told.contains(value.trim()), "{told}");
    }
}

#[test]
fn a_line_break_at_the_end_is_cut_off_and_an_empty_token_is_none() {
    let more = [
        ("AK", "id-1\n"),
        ("HUAWEICLOUD_SDK_AK", "ak\r\n"),
        ("HUAWEICLOUD_SDK_SECURITY_TOKEN", ""),
    ];
    let read = read(GOOD, &more).unwrap();
    assert_eq!(keys(&read.accounts[0]).id, "id-1");
    let keys = keys(&read.accounts[1]);
    assert_eq!((keys.id.as_str(), keys.token.is_none()), ("ak", true));
}

#[test]
fn odd_ids_are_faults_with_their_place() {
    let spaces = [
        (" x", "begins or ends with white space"),
        ("x\t", "holds control characters"),
    ];
    for (value, why) in ODD.into_iter().chain(spaces) {
        let quoted = format!("{}", toml::Value::String(value.to_owned()));
        for (from, to, place) in [
            (
                "clusters = [\"c02b\"]",
                format!("clusters = [\"c02b\", {quoted}]"),
                "account[0].clusters[1]",
            ),
            (
                "oos = \"http://127.0.0.1:9001\"",
                format!("oos = {quoted}"),
                "account[0].endpoints.oos",
            ),
            ("id = \"prod-hw\"", format!("id = {quoted}"), "account[1].id"),
            (
                "regions = [\"cn-north-4\"]",
                format!("regions = [{quoted}]"),
                "account[1].regions[0]",
            ),
            (
                "credentials = { from = \"env\" }",
                format!("credentials = {{ from = \"env\" }}\ndomain_id = {quoted}"),
                "account[1].domain_id",
            ),
            (
                "credentials = { from = \"env\" }",
                format!("credentials = {{ from = \"env\" }}\nprojects = {{ \"cn-north-4\" = {quoted} }}"),
                "account[1].projects.cn-north-4",
            ),
            (
                "credentials = { from = \"env\" }",
                format!("credentials = {{ from = \"env\" }}\nstack_sets = [{quoted}]"),
                "account[1].stack_sets[0]",
            ),
        ] {
            let told = faults(&GOOD.replace(from, &to), &[]);
            assert!(
                told.iter().any(|fault| fault.starts_with(place)),
                "{place} {value:?}: {told:?}"
            );
            assert!(
                place.ends_with(".id") || told.iter().any(|fault| fault.ends_with(why)),
                "{place} {value:?}: {told:?}"
            );
        }
    }
    assert!(
        read(&GOOD.replace("\"c02b\"", "\"我的 集群\""), &[]).is_ok(),
        "what can be seen is right"
    );
}

#[test]
fn regions_of_other_clouds_are_regions() {
    let regions = [
        "cn-beijing-finance-1",
        "cn-beijing-finance-1-pub",
        "cn-hzjbp",
        "cn-shanghai-cloudspe",
        "cn-north-2-gov-1",
        "me-central-1",
    ];
    let read = read(
        &GOOD.replace("[\"cn-hangzhou\", \"cn-beijing\"]", &format!("{regions:?}")),
        &[],
    )
    .unwrap();
    assert_eq!(read.accounts[0].regions, regions);
}
