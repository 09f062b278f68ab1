use super::{ACCOUNT, ConfigError, Configuration};
use crate::auth::claims::groups::Shape;
use crate::auth::{Configured, api_token, jwt};
use crate::grants::{Grants, Rights};

const HEADER: &str = r#"
listen = "0.0.0.0:8080"
public_url = "https://ops.example.com"
[auth]
mode = "header"
contact = "platform@example.com"
[auth.header]
trusted = ["10.0.0.0/8", "::1"]
user = "X-Forwarded-User"
groups = "X-Forwarded-Groups"
groups_separator = "; "
"#;

fn read(text: &str) -> Result<Configuration, ConfigError> {
    super::read(&[text, ACCOUNT].concat(), &[])
}

fn faults(text: &str) -> Vec<String> {
    super::faults(&[text, ACCOUNT].concat(), &[])
}

fn grants(text: &str) -> Grants {
    read(text).unwrap().grants
}

fn covers(grants: &Grants, user: &str, groups: &[&str], account: &str, table: &str) -> bool {
    let groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
    grants.of(&[user.to_owned()], &groups).cover(account, table)
}

#[test]
fn a_trusted_front_is_read() {
    let read = read(HEADER).unwrap();
    assert_eq!(read.auth.contact.as_deref(), Some("platform@example.com"));
    let Configured::Header(header) = read.auth.sign_in else {
        panic!("{:?}", read.auth)
    };
    assert!(header.trusts("10.9.9.9".parse().unwrap()) && header.trusts("::1".parse().unwrap()));
    assert!(!header.trusts("11.0.0.1".parse().unwrap()));
    assert_eq!(
        (header.user.as_str(), header.groups_separator.as_str()),
        ("x-forwarded-user", "; ")
    );
}

#[test]
fn what_would_let_anybody_in_is_a_fault() {
    let told = |from: &str, to: &str| faults(&HEADER.replace(from, to));
    assert_eq!(
        told("10.0.0.0/8", "0.0.0.0/0"),
        ["auth.header.trusted[0]: 0.0.0.0/0 is everybody: anyone could say that they are anyone"]
    );
    assert_eq!(
        told("trusted = [\"10.0.0.0/8\", \"::1\"]", ""),
        ["auth.header.trusted: is missing: which peers may say who somebody is?"]
    );
    assert_eq!(
        told("\"X-Forwarded-User\"", "\"X_Forwarded_User\""),
        ["auth.header.user: \"X_Forwarded_User\" holds `_`, which fronts drop or take for `-`: use a name with `-`"]
    );
    assert_eq!(
        told("X-Forwarded-Groups", "x-forwarded-user"),
        ["auth.header.groups: is the header of the user"]
    );
    assert_eq!(
        told("mode = \"header\"", "mode = \"none\""),
        [
            "auth.mode: \"none\" lets everyone in, so listen must be a loopback address, not 0.0.0.0:8080",
            "auth.header: is without effect under another mode: leave it out, or say mode = \"header\""
        ]
    );
    assert_eq!(told("public_url = \"https://ops.example.com\"", "").len(), 1);
    assert_eq!(
        told("trusted = [\"10.0.0.0/8\", \"::1\"]", "trusted = [\"ten\"]"),
        ["auth.header.trusted[0]: \"ten\" is no address and no network such as 10.0.0.0/8 or fd00::/8"]
    );
}

#[test]
fn grants_are_read() {
    let grants = grants(
        r#"
        [[grant]]
        groups = ["sre"]
        users = ["ann@example.com"]
        accounts = ["prod-*"]
        tables = ["plans", "patches"]
        [[grant]]
        groups = ["*"]
        accounts = ["lab"]
        tables = ["*"]
        "#,
    );
    assert!(covers(&grants, "x", &["sre"], "prod-cn", "plans"));
    assert!(covers(&grants, "ann@example.com", &[], "prod-cn", "patches"));
    assert!(!covers(&grants, "x", &["sre"], "prod-cn", "tickets"));
    assert!(!covers(&grants, "x", &["sres"], "prod-cn", "plans"));
    assert!(covers(&grants, "x", &[], "lab", "tickets"));
    assert_ne!(grants.of(&[], &[]), Rights::Everything);
}

#[test]
fn a_star_within_a_name_is_a_fault() {
    let told = faults("[[grant]]\nusers = [\"*@example.com\"]\ngroups = [\"*\"]\naccounts = [\"*\"]\ntables = [\"*\"]");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("grant[0].users[0]: \"*@example.com\" is no name"),
        "{told:?}"
    );
}

const JWT: &str = r#"
listen = "0.0.0.0:8080"
public_url = "https://ops.example.com"
[auth]
mode = "jwt"
[auth.jwt]
preset = "generic"
issuer = "front.example.com"
audience = ["ops", "ops-2"]
jwks_url = "https://front.example.com/keys"
header = "X-Front-Assertion"
algorithms = ["ES256", "RS256", "Ed25519"]
user = ["email", "upn"]
groups = ["realm_access", "roles"]
groups_shape = "field:name"
"#;

fn jwt(text: &str) -> jwt::Settings {
    let Configured::Jwt(settings) = read(text).unwrap().auth.sign_in else {
        panic!("{text}")
    };
    *settings
}

/// `[auth.jwt]` with nothing but this.
fn preset(fields: &str) -> String {
    format!("[auth]\nmode = \"jwt\"\n[auth.jwt]\n{fields}\n")
}

#[test]
fn a_signing_front_is_read() {
    use jsonwebtoken::Algorithm::{ES256, EdDSA, RS256};
    let settings = jwt(JWT);
    assert_eq!(settings.preset, jwt::Preset::Generic);
    assert_eq!(
        (settings.issuer.as_str(), settings.audiences.len()),
        ("front.example.com", 2)
    );
    assert_eq!(settings.algorithms, [ES256, RS256, EdDSA]);
    assert_eq!(settings.header, "x-front-assertion");
    assert_eq!(settings.claims.user.len(), 2);
    assert_eq!(settings.claims.groups.unwrap().to_string(), "`realm_access` / `roles`");
    assert_eq!(settings.claims.shape, Shape::Field("name".into()));
}

#[test]
fn presets_fix_what_must_not_be_chosen() {
    let cloudflare = jwt(&preset(
        "preset = \"cloudflare\"\nissuer = \"https://x.cloudflareaccess.com\"\naudience = \"a\"",
    ));
    assert_eq!(
        cloudflare.jwks_url,
        "https://x.cloudflareaccess.com/cdn-cgi/access/certs"
    );
    assert_eq!(cloudflare.header, "cf-access-jwt-assertion");
    assert_eq!(cloudflare.claims.groups, None);
    let iap = jwt(&preset(
        "preset = \"iap\"\naudience = \"/projects/1/apps/x\"\ngroups = \"g\"",
    ));
    assert_eq!(
        (iap.issuer.as_str(), iap.algorithms.len()),
        ("https://cloud.google.com/iap", 1)
    );
    assert!(iap.claims.groups.is_some());
    let signer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/ops/50dc6c495c0c9188";
    let alb = format!("preset = \"alb\"\naudience = \"c\"\nissuer = \"https://i\"\nsigner = \"{signer}\"");
    let read = jwt(&preset(&alb));
    assert_eq!(
        read.jwks_url,
        "https://public-keys.auth.elb.eu-west-1.amazonaws.com/{kid}"
    );
    assert_eq!(read.preset, jwt::Preset::Alb { signer: signer.into() });

    let told = |fields: &str| faults(&preset(fields)).join("\n");
    for (fields, words) in [
        (
            "preset = \"iap\"",
            "auth.jwt.audience: is missing: without it a token that was made for another",
        ),
        ("audience = \"a\"", "auth.jwt.preset: is missing"),
        (
            "preset = \"pomerium\"\naudience = \"a\"",
            "\"pomerium\" is not one of cloudflare, iap, alb, generic",
        ),
        (
            "preset = \"iap\"\naudience = \"a\"\nheader = \"X\"",
            "auth.jwt.header: is fixed by the preset",
        ),
        (
            "preset = \"iap\"\naudience = \"a\"\nalgorithms = [\"HS256\"]",
            "auth.jwt.algorithms: is fixed by the preset",
        ),
        (
            "preset = \"iap\"\naudience = \"a\"\nissuer = \"x\"",
            "auth.jwt.issuer: is fixed by the preset",
        ),
        (
            "preset = \"iap\"\naudience = \"a\"\nsigner = \"x\"",
            "auth.jwt.signer: is not a setting",
        ),
        (
            "preset = \"iap\"\naudience = \"a\"\njwks_url = \"http://keys.example.com\"",
            "cannot be used: it is not https",
        ),
        (
            "preset = \"cloudflare\"\naudience = \"a\"",
            "auth.jwt.issuer: is missing: the address of the team",
        ),
        (
            "preset = \"cloudflare\"\naudience = \"a\"\nissuer = \"https://x.cloudflareaccess.com/\"",
            "ends in a slash",
        ),
        (
            "preset = \"alb\"\naudience = \"a\"\nissuer = \"x\"",
            "auth.jwt.signer: must be the name (ARN) of the load balancer",
        ),
        (
            "preset = \"alb\"\naudience = \"a\"\nissuer = \"x\"\nsigner = \"arn:aws:s3:::x\"",
            "auth.jwt.signer: must be the name (ARN) of the load balancer",
        ),
        (
            &format!("{alb}\njwks_url = \"https://keys.example.com/\""),
            "lacks {kid}",
        ),
    ] {
        assert!(told(fields).contains(words), "{fields}: {}", told(fields));
    }
    let told = |from: &str, to: &str| faults(&JWT.replace(from, to)).join("\n");
    assert_eq!(
        told("user = [\"email\", \"upn\"]", ""),
        "auth.jwt.user: is missing: which claim has the name by which grants call somebody?"
    );
    assert_eq!(
        told("jwks_url = \"https://front.example.com/keys\"", ""),
        "auth.jwt.jwks_url: is missing"
    );
    assert_eq!(
        told("issuer = \"front.example.com\"", ""),
        "auth.jwt.issuer: is missing"
    );
    assert!(told("\"ES256\"", "\"HS256\"").contains("whoever verifies could forge"));
    for other in ["none", "ES512", "rs256"] {
        assert!(told("ES256", other).contains("is not one of RS256"), "{other}");
    }
    assert!(told("algorithms = [\"ES256\", \"RS256\", \"Ed25519\"]", "").contains("what does the front sign with"));
    assert!(told("field:name", "keyz").contains("is not one of \"list\", \"keys\""));
    assert!(told("X-Front", "X_Front").contains("holds `_`"));
}

const TOKEN: &str = r#"
[[token]]
name = "nightly"
owner = "ann@example.com"
groups = ["sre"]
hash = "sha256:00aabbccddeeff00112233445566778899aabbccddeeff001122334455667788"
expires = 2027-02-27T00:00:00Z
"#;

#[test]
fn tokens_are_read_and_every_fault_of_one_is_told() {
    assert_eq!(read(&format!("{HEADER}{TOKEN}")).unwrap().tokens.len(), 1);
    let text = TOKEN.replace("2027-02-27T00:00:00Z", "\"2027-02-27T08:00:00+08:00\"");
    assert!(read(&format!("{HEADER}{text}")).is_ok());
    let told = |from: &str, to: &str| faults(&format!("{HEADER}{}", TOKEN.replace(from, to))).join("\n");
    for (from, to, words) in [
        ("name = \"nightly\"", "", "token[0].name: is missing"),
        ("owner = \"ann@example.com\"", "", "token[0].owner: is missing"),
        ("expires = 2027-02-27T00:00:00Z", "", "token[0].expires: is missing"),
        ("2027-02-27T00:00:00Z", "2027-02-27", "is not a time with an offset"),
        ("2027-02-27T00:00:00Z", "\"90d\"", "is not a time with an offset"),
        ("sha256:", "sha1:", "is not \"sha256:\" and 64 hexadecimal digits"),
        ("667788\"", "6677\"", "is not \"sha256:\" and 64 hexadecimal digits"),
        ("[\"sre\"]", "[\"s*\"]", "token[0].groups: holds a `*`"),
        ("groups", "group", "token[0].group: is not a setting"),
    ] {
        assert!(told(from, to).contains(words), "{from}: {}", told(from, to));
    }
    let whole = api_token::token([3; 32]);
    let pasted = told(
        "sha256:00aabbccddeeff00112233445566778899aabbccddeeff001122334455667788",
        whole.expose(),
    );
    assert!(
        pasted.contains("only its hash belongs here") && !pasted.contains(whole.expose()),
        "{pasted}"
    );
    let twice = faults(&format!("{HEADER}{TOKEN}{TOKEN}"));
    assert_eq!(
        twice,
        [
            "token[1].name: is the name of another token too",
            "token[1].hash: is the hash of another token too"
        ]
    );
    for open in ["", "[auth]\nmode = \"none\"\n"] {
        let told = faults(&format!("{open}{TOKEN}")).join("\n");
        assert!(
            told.starts_with("token[0]: is without effect under auth.mode = \"none\""),
            "{told}"
        );
    }
}

#[test]
fn a_way_to_sign_in_that_cannot_be_used_lets_nobody_in() {
    // Without a fault everybody could come in, as if nobody had to sign in.
    let keyless = r#"
        listen = "0.0.0.0:8080"
        public_url = "https://ops.example.com"
        [auth]
        mode = "oidc"
        [auth.oidc]
        issuer = "https://idp.example.com"
        client_id = "signalbox"
        client_secret = { env = "HUAWEICLOUD_SDK_SK" }
        session_keys = []
    "#;
    assert_eq!(faults(keyless), ["auth.oidc.session_keys: holds no key"]);
}
