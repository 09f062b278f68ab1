//! The configuration: a file and the environment over it.

use super::world::{Outside, ambient};
use bytes::Bytes;
use http::Response;
use signalbox::auth::{Configured, Mode, SignIn};
use signalbox::config::{Configuration, Environment, parse};
use signalbox::vendors::VENDORS;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use toml::{Table, Value};

/// A secret of the environment, long enough for a session key.
const SECRET: &str = concat!(
    "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2",
    "e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75e"
);

/// The beginning of it, which must not be told.
const HEAD: &str = "5ec2e75ec2e75ec2";

/// The text of a file, and behind a line `---` lines `NAME=VALUE` of the environment, where `SECRET` is set already; whether it is without fault.
pub fn run(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let (text, more) = text.split_once("\n---\n").unwrap_or((text, ""));
    let variables = more.lines().filter_map(|line| line.split_once('='));
    let whole_path = |value: &str| value.trim().starts_with('/') || reads_files(&format!("value = {value}"));
    if reads_files(text) || variables.clone().any(|(_, value)| whole_path(value)) {
        return false;
    }
    let environment: Environment = variables.chain([("SECRET", SECRET)]).collect();
    // A folder that is not there: no file is read but by its whole path.
    let read = parse(text, Path::new("/nowhere/at/all"), &environment, None, VENDORS);
    let told = match &read {
        // Not the accounts: an id of a key is no secret, and may be what the variable is named for.
        Ok(read) => format!("{:?}{:?}", read.auth, read.tokens),
        Err(faults) => {
            assert!(!faults.0.is_empty());
            format!("{faults}\n{faults:?}")
        }
    };
    assert!(
        data.windows(HEAD.len()).any(|part| part == HEAD.as_bytes()) || !told.contains(HEAD),
        "a secret is told"
    );
    read.map(good).is_ok()
}

/// Whether a file is named by its whole path: such a one is there perhaps, and may have no end.
fn reads_files(text: &str) -> bool {
    fn named(value: &Value) -> bool {
        match value {
            Value::Table(table) => table.iter().any(|(name, value)| {
                let file = ["file", "certificate", "key"].contains(&name.as_str());
                file && value.as_str().is_some_and(|path| path.starts_with('/')) || named(value)
            }),
            Value::Array(items) => items.iter().any(named),
            _ => false,
        }
    }
    text.parse::<Table>().is_ok_and(|table| named(&Value::Table(table)))
}

/// What holds of every configuration that is taken.
fn good(read: Configuration) {
    let mut ids = HashSet::new();
    for account in &read.accounts {
        assert!(ids.insert(account.id.clone()), "{} is there twice", account.id);
        assert!(!account.regions.is_empty());
        for region in &account.regions {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(!region.is_empty() && region.bytes().all(plain), "{region:?}");
        }
    }
    assert!(!ids.is_empty());
    let local = read.listen.ip().is_loopback();
    assert!(local || read.public_url.is_some());
    if let Some(url) = &read.public_url {
        assert!(url.starts_with("http") && !url.ends_with('/'), "{url}");
    }
    let mode = match &read.auth.sign_in {
        Configured::None => Mode::None,
        Configured::Header(header) => {
            assert!(!header.trusted.is_empty());
            Mode::Header
        }
        Configured::Oidc(settings) => {
            assert_eq!(Some(&settings.public_url), read.public_url.as_ref());
            assert!(settings.lives.idle <= settings.lives.absolute);
            assert!(settings.scopes.iter().any(|scope| scope == "openid"));
            Mode::Oidc
        }
        Configured::Jwt(settings) => {
            assert!(!settings.audiences.is_empty() && !settings.issuer.is_empty());
            assert!(!settings.algorithms.is_empty());
            Mode::Jwt
        }
    };
    assert!(
        mode != Mode::None || local && read.tokens.is_empty(),
        "everybody comes in"
    );
    let outside = Outside(|_: &_| Response::new(Bytes::new()));
    assert_eq!(
        SignIn::new(read.auth.sign_in, Arc::new(outside), ambient()).mode(),
        mode
    );
}
