//! Hosted providers, and GitLab.

use super::{
    ClaimValue, EndSession, Endpoint, GroupShape, Groups, Hint, IssuerParameter, Paths, Pkce, Place, Profile, RS256,
    Subject, claim,
};
use crate::key::Algorithm;

impl Profile {
    /// Microsoft Entra ID with the GUID of a tenant: never `iss`, no PKCE in discovery, userinfo on another host, keys
    /// without `alg`, another subject for each application, groups as GUIDs up to 200 and application roles by name
    /// (<https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>,
    /// <https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference>).
    #[must_use]
    pub fn entra() -> Self {
        Self {
            name: "entra",
            paths: Paths {
                issuer: "/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
                keys: "/9188040d-6c67-4c5b-b112-36a304b66dad/discovery/v2.0/keys",
                authorize: "/9188040d-6c67-4c5b-b112-36a304b66dad/oauth2/v2.0/authorize",
                token: "/9188040d-6c67-4c5b-b112-36a304b66dad/oauth2/v2.0/token",
                userinfo: "/oidc/userinfo",
                end_session: "/9188040d-6c67-4c5b-b112-36a304b66dad/oauth2/v2.0/logout",
            },
            away: &[Endpoint::Userinfo],
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &[],
            client_auth_listed: &["client_secret_post", "private_key_jwt"],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            other_keys: &[Algorithm::Rs256, Algorithm::Rs256],
            key_algorithms: false,
            scopes: &["openid", "profile", "email", "offline_access"],
            scopes_strict: true,
            prompts_listed: &[],
            callback_extras: &[("session_state", "0f3c1b2a-5d6e-4f70-8a91-b2c3d4e5f607")],
            session_id: false,
            subject: Subject::Pairwise,
            userinfo_subject: Subject::Pairwise,
            claims: vec![
                claim("name", ClaimValue::Name, "profile", Place::Both),
                claim(
                    "preferred_username",
                    ClaimValue::LoginAt("demo.example"),
                    "profile",
                    Place::IdToken,
                ),
                claim("email", ClaimValue::Email, "email", Place::Both),
                claim("oid", ClaimValue::Number, "profile", Place::IdToken),
                claim(
                    "tid",
                    ClaimValue::Text("9188040d-6c67-4c5b-b112-36a304b66dad"),
                    "",
                    Place::IdToken,
                ),
                claim("ver", ClaimValue::Text("2.0"), "", Place::IdToken),
            ],
            groups: vec![
                Groups {
                    place: Place::IdToken,
                    ..Groups::list(&["roles"])
                },
                Groups {
                    shape: GroupShape::Ids,
                    place: Place::IdToken,
                    most: 200,
                    ..Groups::list(&["groups"])
                },
            ],
            end_session: EndSession::Standard(Hint::Free),
            logout_token: None,
            ..Self::plain()
        }
    }

    /// Okta's custom authorization server with a claim for groups: sign-out only with a hint, and one group as a bare
    /// text (<https://developer.okta.com/docs/reference/api/oidc/>, github.com/goharbor/harbor#15475).
    /// Not published: `iss`, back-channel logout.
    #[must_use]
    pub fn okta() -> Self {
        Self {
            name: "okta",
            paths: Paths {
                issuer: "/oauth2/default",
                keys: "/oauth2/default/v1/keys",
                authorize: "/oauth2/default/v1/authorize",
                token: "/oauth2/default/v1/token",
                userinfo: "/oauth2/default/v1/userinfo",
                end_session: "/oauth2/default/v1/logout",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            client_auth_listed: &[
                "client_secret_basic",
                "client_secret_post",
                "client_secret_jwt",
                "private_key_jwt",
                "none",
            ],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            scopes: &["openid", "profile", "email", "address", "phone", "offline_access"],
            scopes_strict: true,
            prompts_listed: &[],
            kind: None,
            session_id: false,
            groups: vec![Groups {
                shape: GroupShape::BareString,
                ..Groups::list(&["groups"])
            }],
            end_session: EndSession::Standard(Hint::Required),
            logout_token: None,
            ..Self::plain()
        }
    }

    /// Google: addresses on several hosts, `iss` and more members in the callback, `azp`, no groups and no sign-out
    /// (<https://developers.google.com/identity/openid-connect/reference>).
    #[must_use]
    pub fn google() -> Self {
        Self {
            name: "google",
            paths: Paths {
                issuer: "",
                keys: "/oauth2/v3/certs",
                authorize: "/o/oauth2/v2/auth",
                token: "/token",
                userinfo: "/v1/userinfo",
                end_session: "",
            },
            away: &[Endpoint::Keys, Endpoint::Token, Endpoint::Userinfo],
            pkce: Pkce::Optional,
            pkce_listed: &["plain", "S256"],
            client_auth_listed: &["client_secret_post", "client_secret_basic"],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            other_keys: &[Algorithm::Rs256],
            scopes_strict: true,
            prompts_listed: &[],
            callback_extras: &[
                ("scope", "openid email profile"),
                ("authuser", "0"),
                ("hd", "demo.example"),
                ("prompt", "none"),
            ],
            session_id: false,
            authorized_party: true,
            subject: Subject::Number,
            userinfo_subject: Subject::Number,
            claims: vec![
                claim("name", ClaimValue::Name, "profile", Place::Both),
                claim("email", ClaimValue::Email, "email", Place::Both),
                claim("email_verified", ClaimValue::EmailVerified, "email", Place::Both),
                claim("hd", ClaimValue::Text("demo.example"), "", Place::Both),
            ],
            groups: Vec::new(),
            end_session: EndSession::None,
            logout_token: None,
            ..Self::plain()
        }
    }

    /// GitLab: direct groups in the ID token, all of them only in userinfo, subjects as numbers in text, no sign-out
    /// (<https://docs.gitlab.com/integration/openid_connect_provider/>).
    #[must_use]
    pub fn gitlab() -> Self {
        Self {
            name: "gitlab",
            paths: Paths {
                issuer: "",
                keys: "/oauth/discovery/keys",
                authorize: "/oauth/authorize",
                token: "/oauth/token",
                userinfo: "/oauth/userinfo",
                end_session: "",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &["plain", "S256"],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            scopes_strict: true,
            prompts_listed: &[],
            id_token_life: 120,
            session_id: false,
            subject: Subject::Number,
            userinfo_subject: Subject::Number,
            groups: vec![
                Groups {
                    place: Place::IdToken,
                    ..Groups::list(&["groups_direct"])
                },
                Groups {
                    place: Place::Userinfo,
                    ..Groups::list(&["groups"])
                },
            ],
            end_session: EndSession::None,
            logout_token: None,
            ..Self::plain()
        }
    }
}
