//! How the names of roles, sessions and the like may be written.

use crate::credentials::Surroundings;
use sha2::{Digest, Sha256};
use url::Url;

/// Any text will do.
pub(super) fn fine(_: &str) -> Option<String> {
    None
}

/// What is wrong with the name of a machine's role, which becomes part of an address.
pub(super) fn wrong_role(name: &str) -> Option<String> {
    (!is_role(name)).then(|| "is no name of a role: letters, digits, '.', '_' and '-', 64 at most".to_owned())
}

/// Whether a text can be the name of a role.
pub(super) fn is_role(name: &str) -> bool {
    is_made_of(name, 1..=64, "._-") && name != "." && name != ".."
}

pub(super) fn wrong_role_arn(arn: &str) -> Option<String> {
    let name = after_account(arn, ":role/");
    let fine = name.is_some_and(|name| name.split('/').all(is_role));
    (!fine).then(|| "is no role, such as acs:ram::1234567890123456:role/reader".to_owned())
}

pub(super) fn wrong_provider_arn(arn: &str) -> Option<String> {
    let fine = after_account(arn, ":oidc-provider/").is_some_and(|name| is_made_of(name, 1..=128, "._-"));
    (!fine).then(|| "is no OIDC provider, such as acs:ram::1234567890123456:oidc-provider/ack-rrsa".to_owned())
}

/// What stands behind the account's number.
fn after_account<'a>(arn: &'a str, kind: &str) -> Option<&'a str> {
    let (account, name) = arn.strip_prefix("acs:ram::")?.split_once(kind)?;
    let number = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    number.then_some(name)
}

pub(super) fn wrong_session_name(name: &str) -> Option<String> {
    (!is_session_name(name))
        .then(|| "is no name of a session: 2 to 64 letters, digits, '.', '@', '-' and '_'".to_owned())
}

fn is_session_name(name: &str) -> bool {
    is_made_of(name, 2..=64, ".@-_")
}

/// [RAM: external id](https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole).
pub(super) fn wrong_external_id(id: &str) -> Option<String> {
    let fine = is_made_of(id, 2..=1224, "=,.@:/-_");
    (!fine).then(|| "is no external id: 2 to 1224 letters, digits and signs of =,.@:/-_".to_owned())
}

pub(super) fn wrong_url(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok();
    let fine = parsed.is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    });
    (!fine).then(|| "is no http or https address".to_owned())
}

fn is_made_of(text: &str, lengths: std::ops::RangeInclusive<usize>, signs: &str) -> bool {
    lengths.contains(&text.len())
        && text
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || signs.contains(sign))
}

/// What a session is called in the other account's log: who asks there, and never for whom.
pub(super) fn session_name(told: Option<&str>, around: &Surroundings) -> String {
    if let Some(name) = told.filter(|name| is_session_name(name)) {
        return name.to_owned();
    }
    let plain = format!("signalbox-{}", around.account);
    if !around.account.is_empty() && is_session_name(&plain) {
        return plain;
    }
    let hash = Sha256::digest(around.account.as_bytes());
    format!("signalbox-{}", &hex::encode(hash)[..12])
}
