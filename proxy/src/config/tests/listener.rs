use super::{ACCOUNT, ConfigError, Configuration, Environment, VENDORS, parse};
use std::fs;
use std::time::SystemTime;

/// With a pair in `good.*`, and the key of another in `other.key`.
fn read(text: &str) -> Result<Configuration, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let made = || rcgen::generate_simple_self_signed(["ops.example.com".to_owned()]).unwrap();
    let (good, other) = (made(), made());
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    file("good.pem", &good.cert.pem());
    file("good.key", &good.signing_key.serialize_pem());
    file("other.key", &other.signing_key.serialize_pem());
    file("half.pem", &good.cert.pem()[..200]);
    file(
        "locked.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    file(
        "odd.pem",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    file(
        "odd.key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    let environment: Environment = [("HUAWEICLOUD_SDK_AK", "ak"), ("HUAWEICLOUD_SDK_SK", "sk")]
        .into_iter()
        .collect();
    parse(&[text, ACCOUNT].concat(), folder.path(), &environment, None, VENDORS)
}

fn faults(text: &str) -> Vec<String> {
    let faults = read(text).unwrap_err().0;
    faults.iter().map(ToString::to_string).collect()
}

const TEAM: &str = r#"
listen = "10.0.0.5:8080"
public_url = "https://ops.example.com"
[auth]
mode = "header"
[auth.header]
trusted = ["10.0.0.7"]
user = "X-Forwarded-User"
"#;

#[test]
fn who_may_connect_is_read_and_nobody_may_stand_for_everybody() {
    let read = read(&format!("fronts = [\"10.0.0.7\", \"fd00::/8\"]\n{TEAM}")).unwrap();
    assert_eq!(
        read.fronts,
        ["10.0.0.7/32".parse().unwrap(), "fd00::/8".parse().unwrap()]
    );
    assert_eq!(
        faults(&format!(
            "fronts = [\"0.0.0.0/0\", \"::/0\", \"front.example.com\", \"10.0.0.7:80\"]\n{TEAM}"
        )),
        [
            "fronts[0]: 0.0.0.0/0 is everybody: everybody may connect where it is left out",
            "fronts[1]: ::/0 is everybody: everybody may connect where it is left out",
            "fronts[2]: \"front.example.com\" is no address and no network such as 10.0.0.0/8 or fd00::/8",
            "fronts[3]: \"10.0.0.7:80\" is no address and no network such as 10.0.0.0/8 or fd00::/8",
        ]
    );
    assert_eq!(faults(&format!("fronts = []\n{TEAM}")), ["fronts: is an empty list"]);
}

#[test]
fn a_listener_that_anybody_reaches_unencrypted_is_remarked() {
    let remarks = |text: &str| read(text).unwrap().remarks(SystemTime::now());
    let [remark] = remarks(TEAM).try_into().unwrap();
    assert!(
        remark.starts_with("listen: ") && remark.contains("fronts = [") && remark.contains("[tls]"),
        "{remark}"
    );
    let tls = "\n[tls]\ncertificate = \"good.pem\"\nkey = \"good.key\"\n";
    for fine in [
        format!("fronts = [\"10.0.0.7\"]\n{TEAM}"),
        format!("{TEAM}{tls}"),
        TEAM.replace("10.0.0.5", "127.0.0.1"),
        String::new(),
    ] {
        assert_eq!(remarks(&fine), [""; 0], "{fine}");
    }
}

#[test]
fn a_certificate_is_looked_into_with_its_key() {
    let with = |certificate: &str, key: &str| format!("{TEAM}[tls]\ncertificate = {certificate:?}\nkey = {key:?}\n");
    let files = read(&with("good.pem", "good.key")).unwrap().tls.unwrap();
    assert!(files.certificate.ends_with("good.pem") && files.certificate.is_absolute());
    for (certificate, key, fault) in [
        ("good.pem", "other.key", "tls.key: does not belong to the certificate"),
        (
            "good.pem",
            "good.pem",
            "tls.key: holds no key: it must be PEM, and without a passphrase",
        ),
        (
            "good.pem",
            "locked.key",
            "tls.key: holds no key: it must be PEM, and without a passphrase",
        ),
        ("good.key", "good.key", "tls.certificate: holds no certificate: "),
        ("half.pem", "good.key", "tls.certificate: is no PEM: "),
        ("odd.pem", "good.key", "tls.certificate: cannot be read: "),
        ("good.pem", "odd.key", "tls.key: is of no kind that can sign here"),
        ("nowhere.pem", "good.key", "tls.certificate: cannot read "),
        ("good.pem", "nowhere.key", "tls.key: cannot read "),
    ] {
        let [found] = faults(&with(certificate, key)).try_into().unwrap();
        assert!(found.starts_with(fault), "{certificate} {key}: {found}");
    }
    assert_eq!(
        faults(&format!("{TEAM}[tls]\n")),
        ["tls.certificate: is missing", "tls.key: is missing"]
    );
    let written_out = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n";
    assert_eq!(
        faults(&with("good.pem", written_out)),
        ["tls.key: is written out; name the file that holds it"]
    );
}

#[test]
fn where_it_encrypts_people_reach_it_by_https() {
    let tls = "[tls]\ncertificate = \"good.pem\"\nkey = \"good.key\"\n";
    let fault = "public_url: must begin with https:// where there is [tls]: people reach it under no other";
    assert_eq!(
        faults(
            &TEAM
                .replace("https:", "http:")
                .replace("[auth]", &format!("{tls}[auth]"))
        ),
        [fault]
    );
    assert_eq!(faults(tls), [fault]);
    assert!(read(&format!("public_url = \"https://localhost:8080\"\n{tls}")).is_ok());
}
