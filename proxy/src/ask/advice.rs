//! What to do about a refusal: by its reason, which the vendor's table of codes knows, and by what was asked.

use super::request::ApiRequest;
use crate::accounts::Account;
use crate::error::{Advice, TargetError};
use crate::vendors::Vendor;
use crate::vendors::remedy::{Context, Remedy};
use catalog::Call;
use http::StatusCode;

/// What was asked, as far as it matters to the answer's meaning.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Whose cloud.
    pub vendor: &'a dyn Vendor,
    /// What.
    pub call: &'static Call,
    /// Whom.
    pub host: &'a str,
    /// About which ids.
    pub listed: &'a [String],
    /// The account's setting that lists these ids; none where the cloud itself has named them.
    pub setting: Option<&'static str>,
    /// Texts that must not come back.
    pub secrets: &'a [&'a str],
}

impl<'a> Question<'a> {
    /// The question that a request is.
    #[must_use]
    pub fn new(account: &'a Account, request: &'a ApiRequest, secrets: &'a [&'a str]) -> Self {
        let listed = request.listed();
        let names = |ids: &Vec<String>| !listed.is_empty() && listed.iter().all(|id| ids.contains(id));
        Self {
            vendor: account.vendor,
            call: request.call,
            host: request.host(),
            listed,
            setting: account
                .listed
                .iter()
                .find(|(_, ids)| names(ids))
                .map(|(setting, _)| *setting),
            secrets,
        }
    }

    /// The refusal with what can be done about it, if its reason is known.
    #[must_use]
    pub(super) fn advise(&self, error: TargetError) -> TargetError {
        let wire::TargetError {
            status, code, message, ..
        } = &*error.public;
        let code = code.as_str();
        let status = status.unwrap_or_default();
        let throttled = StatusCode::from_u16(status).is_ok_and(|status| self.vendor.throttles(status, code, message));
        let known = throttled
            .then_some(Remedy::AskLess)
            .or_else(|| self.vendor.remedy(code, message));
        let context = Context {
            permission: self.call.permission,
            host: self.host,
        };
        let advice = match known {
            Some(Remedy::Allow) => {
                return error.lacks(context.permission).advise(Remedy::Allow.advice(context));
            }
            Some(remedy) => remedy.advice(context),
            None if !self.listed.is_empty() && is_gone(status, code, message) => self.correct_the_name(message),
            None if code == status.to_string() => match Remedy::of_status(status) {
                Some(remedy) => remedy.advice(context),
                None => return error,
            },
            None => return error,
        };
        error.advise(advice)
    }

    /// The error of an answer that something else has given.
    #[must_use]
    pub(super) fn not_the_clouds_own(&self, error: TargetError) -> TargetError {
        error.advise(Remedy::CheckPath.advice(Context {
            permission: self.call.permission,
            host: self.host,
        }))
    }

    /// What was asked about does not exist.
    fn correct_the_name(&self, message: &str) -> Advice {
        let named: Vec<&str> = self
            .listed
            .iter()
            .map(String::as_str)
            .filter(|id| self.listed.len() == 1 || message.contains(id))
            .collect();
        let named = named.join(", ");
        match self.setting {
            Some(setting) => Advice::new(
                format!(
                    "the cloud does not have {named} in this region: correct the account's {setting} in the configuration, or leave {setting} out"
                ),
                format!("云端此地域没有 {named}：请更正账号配置中的 {setting}，或删去 {setting} 以自动发现"),
            ),
            None => Advice::new(
                format!("{named} is gone since the cloud listed it: try again"),
                format!("{named} 在列出之后已被删除：请重试"),
            ),
        }
    }
}

/// Whether a refusal means that what was asked about does not exist.
fn is_gone(status: u16, code: &str, message: &str) -> bool {
    let code_letters = code.to_ascii_lowercase();
    let message = message.to_ascii_lowercase();
    let said = ["notfound", "notexist", "not_found", "not_exist"]
        .iter()
        .any(|part| code_letters.contains(part));
    let worded = [
        "does not exist",
        "not exist",
        "not found",
        "cannot be found",
        "不存在",
        "未找到",
    ]
    .iter()
    .any(|part| message.contains(part));
    said || worded || status == 404 && code != "404"
}

#[cfg(test)]
mod tests;
