//! Keys that something is sealed with: the first seals, all open.

use super::fields::Fields;
use super::secret;
use crate::auth::sealed::{KEY_BYTES, SealingKeys};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sign::Secret;

/// The fault where there are none.
pub(super) fn missing(what: &str) -> String {
    format!("is missing: {what}, such as [{{ file = \"session.key\" }}] made by `openssl rand -hex {KEY_BYTES}`")
}

/// The keys of a list of secrets; none without it, or where something is wrong with it.
pub(super) fn read(fields: &mut Fields<'_>, name: &str, secrets: secret::Source<'_>) -> Option<SealingKeys> {
    let mut keys = Vec::new();
    let mut complete = true;
    let tables = fields.has(name).then(|| fields.tables(name));
    if tables.as_ref().is_some_and(Vec::is_empty) {
        fields.fault(name, "holds no key");
    }
    for named in tables.into_iter().flatten() {
        let place = named.place("");
        let bytes = secrets.read(named).map(|secret| bytes(&secret));
        match bytes {
            Some(Some(bytes)) if bytes.len() >= KEY_BYTES => keys.push(bytes),
            None => complete = false,
            Some(_) => {
                complete = false;
                fields.fault_at(
                    place,
                    format!("must hold at least {KEY_BYTES} random bytes as hex or Base64, made by `openssl rand -hex {KEY_BYTES}`"),
                );
            }
        }
    }
    SealingKeys::new(&keys).filter(|_| complete)
}

fn bytes(secret: &Secret) -> Option<Vec<u8>> {
    let text = secret.expose();
    if let Ok(bytes) = hex::decode(text) {
        return Some(bytes);
    }
    let engines = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD];
    engines.into_iter().find_map(|engine| engine.decode(text).ok())
}
