//! What a provider is like: the flags in which the vendors differ.
//!
//! Every value is public, so that a test can take a vendor and change one thing: `Profile { nonce: Nonce::Empty,
//! ..Profile::casdoor() }`. The vendors' values come from their documents and sources; where nobody has published a value
//! the profile says so.

mod chinese;
mod hosted;
mod manner;
mod self_hosted;

use crate::key::Algorithm;

pub use manner::{
    Audience, Claim, ClaimValue, ClientAuth, EndSession, Endpoint, ExpiresIn, GroupShape, Groups, Hint,
    IssuerParameter, LogoutToken, Nonce, Pkce, Place, SessionId, SilentRefusal, Subject,
};

/// Paths on the provider's own address. The issuer is the address with [`Paths::issuer`] behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paths {
    /// Behind the address it makes the issuer: empty, or with a leading slash; a slash at its end stays.
    pub issuer: &'static str,
    /// Path of [`Endpoint::Keys`].
    pub keys: &'static str,
    /// Path of [`Endpoint::Authorize`].
    pub authorize: &'static str,
    /// Path of [`Endpoint::Token`].
    pub token: &'static str,
    /// Path of [`Endpoint::Userinfo`].
    pub userinfo: &'static str,
    /// Path of [`Endpoint::EndSession`]; empty without one.
    pub end_session: &'static str,
}

/// A second discovery document beside the one at the issuer's own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its path.
    pub discovery: &'static str,
    /// Path of the key set it names. What signs is published there and only there; the issuer's own set has strangers.
    pub keys: &'static str,
    /// True where the issuer's own address has no document at all.
    pub only: bool,
}

/// What a provider is like. [`Profile::plain`] is one without peculiarities; the others are the vendors'.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each peculiarity, and no two belong together"
)]
pub struct Profile {
    /// Name of the profile, for example `huawei-oneaccess`.
    pub name: &'static str,
    /// Addresses.
    pub paths: Paths,
    /// The issuer where it is a text of its own and no address of ours.
    pub issuer_text: Option<&'static str>,
    /// A discovery document at another address.
    pub elsewhere: Option<Elsewhere>,
    /// Endpoints on another host (`localhost` instead of `127.0.0.1`).
    pub away: &'static [Endpoint],
    /// Endpoints that the discovery document keeps to itself.
    pub unlisted: &'static [Endpoint],
    /// The parameter `iss`.
    pub issuer_parameter: IssuerParameter,
    /// What it does with PKCE.
    pub pkce: Pkce,
    /// `code_challenge_methods_supported`; absent where empty.
    pub pkce_listed: &'static [&'static str],
    /// `token_endpoint_auth_methods_supported`; absent where empty.
    pub client_auth_listed: &'static [&'static str],
    /// What is accepted.
    pub client_auth: &'static [ClientAuth],
    /// Whether both at once are refused; otherwise the form counts.
    pub one_client_auth: bool,
    /// False where the parts of `Authorization: Basic` are taken as they stand instead of decoded (RFC 6749 §2.3.1).
    pub basic_decoded: bool,
    /// Algorithm of ID tokens.
    pub algorithm: Algorithm,
    /// `id_token_signing_alg_values_supported`.
    pub algorithms_listed: &'static [&'static str],
    /// Other keys in the set, which sign nothing.
    pub other_keys: &'static [Algorithm],
    /// Whether `state` may have letters and digits only.
    pub plain_state: bool,
    /// Whether a return address fits that only begins like a registered one.
    pub redirect_by_prefix: bool,
    /// Whether the keys of the set say `alg`.
    pub key_algorithms: bool,
    /// Whether somebody who signs out may be sent to the addresses for codes, and to no other.
    pub return_among_redirects: bool,
    /// `scopes_supported`; absent where empty.
    pub scopes: &'static [&'static str],
    /// Whether a scope outside that list is `invalid_scope`.
    pub scopes_strict: bool,
    /// `prompt_values_supported`; absent where empty.
    pub prompts_listed: &'static [&'static str],
    /// What `prompt=none` leads to when nobody is signed in.
    pub silent: SilentRefusal,
    /// Members that come back with the code beside the standard's.
    pub callback_extras: &'static [(&'static str, &'static str)],
    /// Seconds that a code lives.
    pub code_life: i64,
    /// Seconds that an ID token lives.
    pub id_token_life: i64,
    /// `expires_in` of the token answer.
    pub expires_in: ExpiresIn,
    /// Whether the access token is the ID token itself.
    pub one_token: bool,
    /// Header `typ` of ID tokens.
    pub kind: Option<&'static str>,
    /// `aud` of ID tokens.
    pub audience: Audience,
    /// Whether ID tokens have `azp`.
    pub authorized_party: bool,
    /// What becomes of the nonce.
    pub nonce: Nonce,
    /// Whether ID tokens have `sid`.
    pub session_id: bool,
    /// What `sub` looks like.
    pub subject: Subject,
    /// What `sub` of the userinfo answer looks like; another form than above is a fault of the set-up.
    pub userinfo_subject: Subject,
    /// What is told of people.
    pub claims: Vec<Claim>,
    /// How groups come; several where they come twice, none where there are none.
    pub groups: Vec<Groups>,
    /// Sign-out by the browser.
    pub end_session: EndSession,
    /// Whether the hint must be of the newest session.
    pub hint_newest: bool,
    /// Logout tokens; none where the provider knows none.
    pub logout_token: Option<LogoutToken>,
}

const fn claim(name: &'static str, value: ClaimValue, scope: &'static str, place: Place) -> Claim {
    Claim {
        name,
        value,
        scope,
        place,
    }
}

/// The claims of the standard (OpenID Connect Core 1.0 §5.1, §5.4), in both answers.
fn standard_claims() -> Vec<Claim> {
    vec![
        claim("name", ClaimValue::Name, "profile", Place::Both),
        claim("preferred_username", ClaimValue::Login, "profile", Place::Both),
        claim("email", ClaimValue::Email, "email", Place::Both),
        claim("email_verified", ClaimValue::EmailVerified, "email", Place::Both),
    ]
}

const RS256: &[&str] = &["RS256"];
const BOTH: &[ClientAuth] = &[ClientAuth::Basic, ClientAuth::Post];
const BOTH_LISTED: &[&str] = &["client_secret_basic", "client_secret_post"];
const COMMON_SCOPES: &[&str] = &["openid", "profile", "email"];

impl Profile {
    /// A complete provider without peculiarities.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            name: "plain",
            paths: Paths {
                issuer: "",
                keys: "/jwks",
                authorize: "/authorize",
                token: "/token",
                userinfo: "/userinfo",
                end_session: "/logout",
            },
            issuer_text: None,
            elsewhere: None,
            away: &[],
            unlisted: &[],
            issuer_parameter: IssuerParameter::ALWAYS,
            pkce: Pkce::Required,
            pkce_listed: &["S256"],
            client_auth_listed: BOTH_LISTED,
            client_auth: BOTH,
            one_client_auth: true,
            basic_decoded: true,
            algorithm: Algorithm::Es256,
            algorithms_listed: &["ES256"],
            other_keys: &[],
            plain_state: false,
            redirect_by_prefix: false,
            key_algorithms: true,
            return_among_redirects: false,
            scopes: COMMON_SCOPES,
            scopes_strict: false,
            prompts_listed: &["none", "login"],
            silent: SilentRefusal::Error,
            callback_extras: &[],
            code_life: 60,
            id_token_life: 300,
            expires_in: ExpiresIn::Number,
            one_token: false,
            kind: Some("JWT"),
            audience: Audience::Text,
            authorized_party: false,
            nonce: Nonce::Echoed,
            session_id: true,
            subject: Subject::Opaque,
            userinfo_subject: Subject::Opaque,
            claims: standard_claims(),
            groups: vec![Groups::list(&["groups"])],
            end_session: EndSession::Standard(Hint::OrClient),
            hint_newest: false,
            logout_token: Some(LogoutToken {
                kind: Some("logout+jwt"),
                life: Some(120),
                sid: SessionId::Same,
                set_back: 0,
            }),
        }
    }

    /// All profiles, the plain one first.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::plain(),
            Self::alibaba_eiam(),
            Self::alibaba_ram(),
            Self::huawei_oneaccess(),
            Self::authing(),
            Self::casdoor(),
            Self::maxkey(),
            Self::keycloak(),
            Self::dex(),
            Self::authentik(),
            Self::zitadel(),
            Self::logto(),
            Self::entra(),
            Self::okta(),
            Self::google(),
            Self::gitlab(),
        ]
    }

    /// The profile of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }
}
