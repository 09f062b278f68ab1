//! The way to the identity provider and back: authorization code with PKCE
//! ([RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1), [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)).

use super::attempt::Attempt;
use super::provider::Description;
use super::settings::{ClientAuth, Settings};
use crate::auth::fetch::{Fetch, FetchError};
use bytes::Bytes;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope, StandardRevocableToken,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::time::Duration;

/// Where the provider sends people back.
pub const CALLBACK: &str = "/auth/callback";

/// What the token endpoint answers, as far as it is needed: some providers write the other members in ways that the standard does not know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenAnswer {
    access_token: AccessToken,
    token_type: BasicTokenType,
    id_token: Option<String>,
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        None
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

type Client<HasAuth, HasToken> = oauth2::Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    HasAuth,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    oauth2::EndpointNotSet,
    HasToken,
>;

/// An exchange did not work. For the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FlowError(String);

impl FlowError {
    fn address(error: url::ParseError) -> Self {
        Self(format!("an address of the provider cannot be read: {error}"))
    }
}

fn client(
    settings: &Settings,
    description: &Description,
) -> Result<Client<oauth2::EndpointSet, oauth2::EndpointSet>, FlowError> {
    let auth_type = match description.client_auth(settings.client_auth) {
        ClientAuth::Basic => AuthType::BasicAuth,
        ClientAuth::Post => AuthType::RequestBody,
    };
    let redirect = [settings.public_url.as_str(), CALLBACK].concat();
    Ok(Client::new(ClientId::new(settings.client_id.clone()))
        .set_client_secret(ClientSecret::new(settings.client_secret.expose().to_owned()))
        .set_auth_type(auth_type)
        .set_auth_uri(AuthUrl::new(description.authorization_endpoint.clone()).map_err(FlowError::address)?)
        .set_token_uri(TokenUrl::new(description.token_endpoint.clone()).map_err(FlowError::address)?)
        .set_redirect_uri(RedirectUrl::new(redirect).map_err(FlowError::address)?))
}

/// Where the browser goes to sign in.
///
/// # Errors
/// The provider's addresses are none.
pub fn begin(settings: &Settings, description: &Description, attempt: &Attempt) -> Result<String, FlowError> {
    let client = client(settings, description)?;
    let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
    let state = CsrfToken::new(attempt.state.clone());
    let mut request = client
        .authorize_url(|| state)
        .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_extra_param("nonce", attempt.nonce.clone());
    // Without it, a provider that knows the person answers all the same.
    if attempt.renews && description.lists_no_prompt() {
        request = request.add_extra_param("prompt", "none");
    }
    Ok(request.url().0.into())
}

/// What a code is good for.
#[derive(Debug)]
pub struct Tokens {
    /// Not verified yet.
    pub id_token: String,
    /// For one look at `userinfo`; then it is dropped.
    pub access_token: AccessToken,
}

/// Changes a code for tokens, at once and once: at some providers it lives for a minute.
///
/// # Errors
/// No answer, an error, or one without an ID token.
pub async fn exchange(
    settings: &Settings,
    description: &Description,
    fetch: &Fetch,
    attempt: &Attempt,
    code: String,
) -> Result<Tokens, FlowError> {
    let client = client(settings, description)?;
    let http = |request: HttpRequest| {
        let fetch = fetch.clone();
        async move {
            let answer = fetch.send(request.map(Bytes::from)).await?;
            Ok::<HttpResponse, FetchError>(answer.map(|body| body.to_vec()))
        }
    };
    let answer = client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
        .request_async(&http)
        .await
        .map_err(|error| FlowError(why(&error)))?;
    let id_token = answer
        .id_token
        .ok_or_else(|| FlowError("the token endpoint answered without an ID token".to_owned()))?;
    Ok(Tokens {
        id_token,
        access_token: answer.access_token,
    })
}

/// Never the answer's own text, which may hold a token.
fn why<E: Error>(error: &RequestTokenError<E, BasicErrorResponse>) -> String {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let said: String = answer
                .to_string()
                .chars()
                .filter(|sign| !sign.is_control())
                .take(300)
                .collect();
            format!("the token endpoint refuses: {said}")
        }
        RequestTokenError::Request(error) => error.to_string(),
        RequestTokenError::Parse(error, _) => format!("the token endpoint's answer cannot be read: {error}"),
        RequestTokenError::Other(why) => why.clone(),
    }
}
