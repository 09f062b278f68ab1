//! `auth.mode = "header"`: a front (oauth2-proxy, Authelia and their like) has signed people in and says who they are in plain headers.
//!
//! Such headers prove nothing by themselves. They count only from peers whose addresses are configured, by the address of the connection itself: what
//! `X-Forwarded-For` says is the sender's own word. From anybody else, doubled, or in a spelling that some front takes for the same name
//! (`X_Forwarded_User`), they are an error and never just ignored: something in front of Signalbox lets them through, which an operator should learn.

use super::principal::{Principal, Refusal};
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use std::net::IpAddr;

/// The issuer of all whom a front names.
pub(super) const ISSUER: &str = "header";

/// `[auth.header]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedHeader {
    /// Peers that may say who somebody is.
    pub trusted: Vec<IpNet>,
    /// The header with the user's name, by which grants may call them.
    pub user: HeaderName,
    /// The header with the groups.
    pub groups: Option<HeaderName>,
    /// What stands between two groups.
    pub groups_separator: String,
}

/// The longest value of a header, in bytes.
const LONGEST: usize = 16 << 10;

impl TrustedHeader {
    /// Whether a peer may say who somebody is.
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        // A listener on `::` sees IPv4 peers as mapped addresses.
        let peer = peer.to_canonical();
        self.trusted.iter().any(|net| net.contains(&peer))
    }

    /// Who asks, by the headers of a request and the peer that sent it.
    ///
    /// # Errors
    /// See the module.
    pub fn identify(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Result<Principal, Refusal> {
        let trusted = peer.is_some_and(|peer| self.trusts(peer));
        let names = std::iter::once(&self.user).chain(&self.groups);
        for name in names {
            if only(headers, name)?.is_some() && !trusted {
                let from = peer.map_or_else(|| "a peer without an address".to_owned(), |peer| peer.to_string());
                return Err(Refusal::forged(format!(
                    "the header {name} came from {from}, which is not in auth.header.trusted"
                )));
            }
        }
        let Some(user) = one(headers, &self.user)? else {
            return Err(Refusal::anonymous(format!("there is no header {}", self.user)));
        };
        let groups = self
            .groups
            .as_ref()
            .map(|name| one(headers, name))
            .transpose()?
            .flatten();
        let groups = groups.iter().flat_map(|groups| groups.split(&self.groups_separator));
        Ok(Principal {
            issuer: ISSUER.to_owned(),
            subject: user.clone(),
            name: user.clone(),
            users: vec![user],
            groups: groups
                .map(str::trim)
                .filter(|group| !group.is_empty())
                .map(str::to_owned)
                .collect(),
            expires: None,
        })
    }
}

/// Whether a header's name is another's, or would be to a program that takes `_` and `-` (and, in CGI's way, any other sign) for the same.
fn is_taken_for(found: &HeaderName, name: &HeaderName) -> bool {
    let plain = |sign: u8| if sign.is_ascii_alphanumeric() { sign } else { b'-' };
    let plainly = |name: &HeaderName| name.as_str().bytes().map(plain).collect::<Vec<_>>();
    plainly(found) == plainly(name)
}

/// The one value of a header, which nothing else in the request may be taken for.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Refusal> {
    if let Some(found) = headers.keys().find(|found| *found != name && is_taken_for(found, name)) {
        return Err(Refusal::forged(format!(
            "the header {found} looks like {name} and is not it"
        )));
    }
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(Refusal::forged(format!("the header {name} came more than once")));
    }
    Ok(value)
}

/// The one text of a header. None when it is absent or blank.
fn one(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Refusal> {
    only(headers, name)?.map_or(Ok(None), |value| text(name, value))
}

/// Names of people and groups are UTF-8 where a front passes them on as they are; other bytes are refused rather than guessed at.
fn text(name: &HeaderName, value: &HeaderValue) -> Result<Option<String>, Refusal> {
    let bytes = value.as_bytes();
    if bytes.len() > LONGEST {
        return Err(Refusal::forged(format!("the header {name} has {} bytes", bytes.len())));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Refusal::forged(format!(
            "the header {name} is not UTF-8: let the front send it so, or a name in ASCII"
        ))
    })?;
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(Refusal::forged(format!("the header {name} holds control characters")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn mode() -> TrustedHeader {
        TrustedHeader {
            trusted: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            user: HeaderName::from_static("x-forwarded-user"),
            groups: Some(HeaderName::from_static("x-forwarded-groups")),
            groups_separator: ",".to_owned(),
        }
    }

    fn ask(peer: &str, headers: &[(&str, &[u8])]) -> Result<Principal, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        mode().identify(&map, peer.parse().ok())
    }

    #[test]
    fn a_trusted_front_says_who_asks() {
        let headers: [(&str, &[u8]); 2] = [
            ("X-Forwarded-User", "王芳".as_bytes()),
            ("X-Forwarded-Groups", "sre, 运维 ,,ops".as_bytes()),
        ];
        for peer in ["10.1.2.3", "::1", "::ffff:10.1.2.3"] {
            let principal = ask(peer, &headers).unwrap();
            assert_eq!(
                (principal.name.as_str(), principal.users.as_slice()),
                ("王芳", ["王芳".to_owned()].as_slice())
            );
            assert_eq!(principal.groups, ["sre", "运维", "ops"]);
        }
    }

    #[test]
    fn nobody_else_may_say_so_and_that_is_an_error() {
        for peer in ["11.0.0.1", "192.168.1.1", "::2", "none"] {
            for headers in [
                [("X-Forwarded-User", b"eve".as_slice())],
                [("X-Forwarded-Groups", b"sre")],
                [("X_Forwarded_User", b"eve")],
            ] {
                assert_eq!(
                    ask(peer, &headers).unwrap_err().status,
                    StatusCode::BAD_REQUEST,
                    "{peer} {headers:?}"
                );
            }
            let spoofed: [(&str, &[u8]); 1] = [("X-Forwarded-For", b"10.0.0.1")];
            assert_eq!(ask(peer, &spoofed).unwrap_err().status, StatusCode::UNAUTHORIZED);
        }
    }

    #[test]
    fn doubles_other_spellings_and_odd_bytes_are_errors_from_a_trusted_front_too() {
        let fine: (&str, &[u8]) = ("X-Forwarded-User", b"ann");
        for other in [
            ("X-Forwarded-User", b"eve".as_slice()),
            ("X_Forwarded_User", b"eve"),
            ("X-Forwarded_User", b"ann"),
            ("X.Forwarded.User", b"eve"),
            ("X_Forwarded-Groups", b"sre"),
            ("X-Forwarded-Groups", b"a\xe9b"),
            ("X-Forwarded-Groups", b"a\tb"),
        ] {
            let refusal = ask("10.0.0.1", &[fine, other]).unwrap_err();
            assert_eq!(refusal.status, StatusCode::BAD_REQUEST, "{other:?}");
        }
        let long = vec![b'a'; LONGEST + 1];
        assert!(ask("10.0.0.1", &[("X-Forwarded-User", long.as_slice())]).is_err());
    }

    #[test]
    fn a_front_that_names_nobody_has_signed_nobody_in() {
        for headers in [
            &[][..],
            &[("X-Forwarded-User", b"  ".as_slice())],
            &[("X-Forwarded-Groups", b"sre")],
        ] {
            assert_eq!(
                ask("10.0.0.1", headers).unwrap_err().status,
                StatusCode::UNAUTHORIZED,
                "{headers:?}"
            );
        }
    }
}
