//! What clients have against a certificate that could be used.

use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, Error, RootCertStore};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// So long before its end a certificate should have been replaced.
const SOON: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Why clients refuse it now, whatever they trust, if they do.
#[must_use]
pub fn refused(pair: &CertifiedKey, now: SystemTime) -> Option<String> {
    Some(match objection(pair, now)? {
        CertificateError::ExpiredContext { not_after, .. } => format!("has expired ({})", date(not_after)),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("is not valid yet (from {} on)", date(not_before))
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "is not made for servers".to_owned()
        }
        // Whom clients trust is not known here.
        _ => return None,
    })
}

/// From when on clients refuse it because its time is over.
#[must_use]
pub fn end(pair: &CertifiedKey) -> Option<SystemTime> {
    // After the end of any certificate that is made today.
    let late = UNIX_EPOCH + Duration::from_secs(250 * 366 * 24 * 60 * 60);
    match objection(pair, late)? {
        CertificateError::ExpiredContext { not_after, .. } => {
            Some(UNIX_EPOCH + Duration::from_secs(not_after.as_secs()))
        }
        _ => None,
    }
}

/// As [`refused`], and what is about to go wrong. `host` is how people call the server, where that is known.
#[must_use]
pub fn doubts(pair: &CertifiedKey, host: Option<&str>, now: SystemTime) -> Vec<String> {
    let time = refused(pair, now).or_else(|| match objection(pair, now + SOON)? {
        CertificateError::ExpiredContext { not_after, .. } => Some(format!(
            "expires soon ({}), and nothing newer is there",
            date(not_after)
        )),
        _ => None,
    });
    let name = host.filter(|host| !is_for(pair, host));
    let name = name.map(|host| format!("is not made for {host}"));
    time.into_iter().chain(name).collect()
}

/// Clients who trust nobody look at everything else first.
fn objection(pair: &CertifiedKey, now: SystemTime) -> Option<CertificateError> {
    let now = UnixTime::since_unix_epoch(now.duration_since(UNIX_EPOCH).unwrap_or_default());
    let algorithms = default_provider().signature_verification_algorithms.all;
    let certificate = ParsedCertificate::try_from(pair.end_entity_cert().ok()?).ok()?;
    let nobody = RootCertStore::empty();
    match verify_server_cert_signed_by_trust_anchor(&certificate, &nobody, &[], now, algorithms) {
        Err(Error::InvalidCertificate(error)) => Some(error),
        _ => None,
    }
}

/// IPv6 addresses stand in brackets in a URL, and without them in certificates.
fn is_for(pair: &CertifiedKey, host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let certificate = pair.end_entity_cert().ok().map(ParsedCertificate::try_from);
    match (certificate, ServerName::try_from(host)) {
        (Some(Ok(certificate)), Ok(name)) => verify_server_name(&certificate, &name).is_ok(),
        _ => false,
    }
}

fn date(time: UnixTime) -> String {
    let time = UNIX_EPOCH + Duration::from_secs(time.as_secs());
    humantime::format_rfc3339_seconds(time).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
    use rustls::crypto::ring::sign::any_supported_type;
    use rustls::pki_types::PrivateKeyDer;

    /// Valid through January 2027.
    fn pair(names: &[&str], purpose: ExtendedKeyUsagePurpose) -> CertifiedKey {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(2027, 1, 1);
        params.not_after = date_time_ymd(2027, 2, 1);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        CertifiedKey::new(vec![certificate.der().clone()], any_supported_type(&key).unwrap())
    }

    fn on(date: &str) -> SystemTime {
        humantime::parse_rfc3339(&format!("{date}T12:00:00Z")).unwrap()
    }

    #[test]
    fn times_and_purpose_are_told() {
        let pair_for = |purpose| pair(&["ops.example.com"], purpose);
        let server = pair_for(ExtendedKeyUsagePurpose::ServerAuth);
        let noon = Duration::from_secs(12 * 60 * 60);
        assert_eq!(end(&server), Some(on("2027-02-01") - noon));
        for (date, told) in [
            ("2026-12-31", Some("is not valid yet (from 2027-01-01T00:00:00Z on)")),
            ("2027-01-01", None),
            ("2027-01-28", None),
            (
                "2027-01-30",
                Some("expires soon (2027-02-01T00:00:00Z), and nothing newer is there"),
            ),
            ("2027-02-01", Some("has expired (2027-02-01T00:00:00Z)")),
        ] {
            let found = doubts(&server, Some("ops.example.com"), on(date));
            assert_eq!(found.first().map(String::as_str), told, "{date}");
            assert!(found.len() < 2);
            let refused = refused(&server, on(date));
            assert_eq!(
                refused.is_some(),
                told.is_some_and(|told| !told.starts_with("expires")),
                "{date}"
            );
        }
        let client = pair_for(ExtendedKeyUsagePurpose::ClientAuth);
        assert_eq!(refused(&client, on("2027-01-10")).unwrap(), "is not made for servers");
    }

    #[test]
    fn other_names_are_told() {
        let pair = pair(
            &["ops.example.com", "*.example.net", "fd00::7"],
            ExtendedKeyUsagePurpose::ServerAuth,
        );
        for (host, told) in [
            ("ops.example.com", false),
            ("OPS.example.com", false),
            ("a.example.net", false),
            ("[fd00::7]", false),
            ("example.com", true),
            ("a.b.example.net", true),
            ("[fd00::8]", true),
            ("127.0.0.1", true),
        ] {
            let found = doubts(&pair, Some(host), on("2027-01-10"));
            let expected = told.then(|| format!("is not made for {host}"));
            assert_eq!(found, Vec::from_iter(expected));
        }
    }
}
