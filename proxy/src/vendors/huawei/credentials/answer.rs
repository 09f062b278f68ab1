//! What issuers of keys answer, in all the spellings that they have.

use crate::ask::shown::{Cleaner, instead, is_page};
use crate::credentials::exchange::by_own_clock;
use crate::credentials::{Issued, IssuerError, Keys};
use crate::error::Advice;
use crate::vendors::huawei::Huawei;
use crate::vendors::remedy::{Context, Remedy};
use crate::vendors::{Vendor, lenient};
use bytes::Bytes;
use chrono::DateTime;
use http::{Response, StatusCode};
use serde_json::Value;
use std::time::SystemTime;

/// What keys may be wrapped in, and the names of their parts.
const WRAPPERS: [&str; 2] = ["credential", "credentials"];
const ACCESS: [&str; 3] = ["access", "access_key_id", "accessKeyId"];
const SECRET: [&str; 3] = ["secret", "secret_access_key", "secretAccessKey"];
const TOKEN: [&str; 3] = ["securitytoken", "security_token", "securityToken"];
const END: [&str; 2] = ["expires_at", "expiration"];

/// The temporary keys in an issuer's answer.
///
/// # Errors
/// It holds none, or does not say until when. Nothing of it is told.
pub(super) fn keys(issuer: &str, answer: &Response<Bytes>, now: SystemTime) -> Result<Issued, IssuerError> {
    let wrong = |what: &str| IssuerError::new(format!("{issuer} answered {what}")).of_request(request_id(answer));
    let value: Value = serde_json::from_slice(answer.body()).map_err(|_| wrong("something that is no JSON"))?;
    let inner = WRAPPERS.iter().find_map(|name| value.get(name)).unwrap_or(&value);
    let text = |names: &[&str]| names.iter().find_map(|name| inner.get(name)?.as_str());
    let keys = Keys::read(text(&ACCESS), text(&SECRET), text(&TOKEN)).filter(|keys| keys.token.is_some());
    let keys = keys.ok_or_else(|| wrong("without keys"))?;
    let end = text(&END).and_then(|end| DateTime::parse_from_rfc3339(end).ok());
    let end = end.ok_or_else(|| wrong("keys, and not until when they hold"))?;
    Ok(Issued {
        keys,
        expires: Some(by_own_clock(end.to_utc(), answer.headers(), now)),
    })
}

/// What an issuer's refusal says: its code and words, and what can be done.
pub(super) fn refused(issuer: &str, answer: &Response<Bytes>, secrets: &[&str]) -> IssuerError {
    let (status, said) = (answer.status(), Huawei.read_error(answer.body()));
    let clean = Cleaner {
        echo_words: Huawei.echo_words(),
        secrets,
    };
    let code = said.code.map(|code| clean.word(&code)).filter(|code| !code.is_empty());
    let code = code.unwrap_or_else(|| status.as_u16().to_string());
    let message = said.message.filter(|message| !is_page(message));
    let message = message.unwrap_or_else(|| instead(status, &lenient::text(answer.body())));
    let message = clean.message(&message);
    let known = if Huawei.throttles(status, &code, &message) {
        Some(Remedy::AskLess)
    } else {
        // IAM puts what the gateway says into a shape without its number.
        let gateway = || {
            Huawei
                .remedy("APIGW.0301", &message)
                .filter(|_| status == StatusCode::UNAUTHORIZED)
        };
        Huawei.remedy(&code, &message).or_else(gateway)
    };
    let advice = match known {
        // What else there may be is about lists.
        Some(
            remedy @ (Remedy::AskLess
            | Remedy::SetClock
            | Remedy::CheckSecret
            | Remedy::CheckKeyId
            | Remedy::CheckKeys
            | Remedy::RenewToken),
        ) => remedy.advice(Context {
            permission: "",
            host: issuer,
        }),
        _ => Advice::new(
            "the agency must exist in the account that is named, trust who asks for it, and ask for no other external id; a token must be of its provider and not have ended",
            "请确认该账号下存在此委托且信任调用方（外部 ID 须一致）；令牌须由对应的身份提供商签发且未过期",
        ),
    };
    IssuerError::new(format!("{issuer}: {code}: {message}"))
        .advise(advice)
        .of_request(request_id(answer).or(said.request_id).map(|id| clean.word(&id)))
}

fn request_id(answer: &Response<Bytes>) -> Option<String> {
    let id = answer.headers().get("x-request-id")?.to_str().ok()?;
    Some(id.chars().take(120).collect())
}
