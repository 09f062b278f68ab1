//! What an identity provider answers at the end of an attempt, before anything of it is believed.

use super::provider::Description;

/// What a provider answers, by the parameters of the callback.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    issuer: Option<String>,
    pub(super) error: Option<String>,
}

impl Answer {
    /// None where one of the parameters is there twice: nobody can tell which is meant.
    pub(super) fn of(query: &str) -> Option<Self> {
        let mut answer = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "code" => &mut answer.code,
                "state" => &mut answer.state,
                "iss" => &mut answer.issuer,
                "error" => &mut answer.error,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(answer)
    }

    /// [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207): where a provider says that its answers name it, an answer that gives a code must; where one
    /// names an issuer, it must be ours. An error makes no session, and may come without.
    pub(super) fn check_issuer(&self, issuer: &str, description: &Description) -> Result<(), String> {
        match &self.issuer {
            Some(named) if *named != issuer => Err(format!("the answer is of the issuer {named:?}")),
            None if description.authorization_response_iss_parameter_supported && self.error.is_none() => Err(
                "the answer does not name its issuer (`iss`), although the provider says that it does; at Keycloak the client's switch \"exclude issuer from authentication response\" must be off"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }
}
