//! Providers that teams run themselves.

use super::{
    Audience, BOTH_LISTED, ClaimValue, EndSession, GroupShape, Groups, Hint, IssuerParameter, LogoutToken, Paths, Pkce,
    Place, Profile, RS256, SessionId, SilentRefusal, claim,
};
use crate::key::Algorithm;

impl Profile {
    /// Keycloak from 26 on, with PKCE required and the mapper for group membership, whose paths begin with a slash;
    /// roles are nested (<https://www.keycloak.org/docs/latest/server_admin/>,
    /// <https://www.keycloak.org/securing-apps/oidc-layers>).
    #[must_use]
    pub fn keycloak() -> Self {
        Self {
            name: "keycloak",
            paths: Paths {
                issuer: "/realms/ops",
                keys: "/realms/ops/protocol/openid-connect/certs",
                authorize: "/realms/ops/protocol/openid-connect/auth",
                token: "/realms/ops/protocol/openid-connect/token",
                userinfo: "/realms/ops/protocol/openid-connect/userinfo",
                end_session: "/realms/ops/protocol/openid-connect/logout",
            },
            pkce_listed: &["plain", "S256"],
            client_auth_listed: &[
                "private_key_jwt",
                "client_secret_basic",
                "client_secret_post",
                "tls_client_auth",
                "client_secret_jwt",
            ],
            algorithm: Algorithm::Rs256,
            algorithms_listed: &[
                "PS384", "RS384", "EdDSA", "ES384", "HS256", "HS512", "ES256", "RS256", "HS384", "ES512", "PS256",
                "PS512", "RS512",
            ],
            other_keys: &[Algorithm::Rs256],
            scopes: &["openid", "profile", "email", "roles", "offline_access"],
            scopes_strict: true,
            prompts_listed: &["none", "login", "consent"],
            callback_extras: &[("session_state", "b2f1cf3c-7f0e-4d0b-9a53-0c8b8a1f6d2e")],
            authorized_party: true,
            groups: vec![
                Groups {
                    shape: GroupShape::Prefixed("/"),
                    ..Groups::list(&["groups"])
                },
                Groups::list(&["realm_access", "roles"]),
            ],
            ..Self::plain()
        }
    }

    /// Dex with the feature flag for sessions: groups by their scope, unknown scopes refused, no `iss`, a return address
    /// only with a hint, logout tokens without `typ` (<https://dexidp.io/docs/>, source of github.com/dexidp/dex).
    #[must_use]
    pub fn dex() -> Self {
        Self {
            name: "dex",
            paths: Paths {
                issuer: "/dex",
                keys: "/dex/keys",
                authorize: "/dex/auth",
                token: "/dex/token",
                userinfo: "/dex/userinfo",
                end_session: "/dex/logout",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &["S256", "plain"],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            scopes: &["openid", "email", "groups", "profile", "offline_access"],
            scopes_strict: true,
            prompts_listed: &[],
            id_token_life: 86_400,
            groups: vec![Groups {
                scope: "groups",
                ..Groups::list(&["groups"])
            }],
            end_session: EndSession::Standard(Hint::ForReturn),
            logout_token: Some(LogoutToken {
                kind: None,
                life: Some(120),
                sid: SessionId::Same,
                set_back: 0,
            }),
            ..Self::plain()
        }
    }

    /// Authentik with a signing key: a slash at the issuer's end, credentials in `Authorization` taken as they stand,
    /// addresses never verified, logout tokens without `exp` and `sid` as those of 2025
    /// (<https://docs.goauthentik.io/add-secure-apps/providers/oauth2/>, source of github.com/goauthentik/authentik).
    /// Without a signing key it signs with HS256: `Profile { algorithm: Algorithm::Hs256, ..Profile::authentik() }`.
    #[must_use]
    pub fn authentik() -> Self {
        Self {
            name: "authentik",
            paths: Paths {
                issuer: "/application/o/signalbox/",
                keys: "/application/o/signalbox/jwks/",
                authorize: "/application/o/authorize/",
                token: "/application/o/token/",
                userinfo: "/application/o/userinfo/",
                end_session: "/application/o/signalbox/end-session/",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &["plain", "S256"],
            client_auth_listed: &["client_secret_post", "client_secret_basic"],
            basic_decoded: false,
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            prompts_listed: &[],
            claims: vec![
                claim("name", ClaimValue::Name, "profile", Place::Both),
                claim("preferred_username", ClaimValue::Login, "profile", Place::Both),
                claim("email", ClaimValue::Email, "email", Place::Both),
                claim("email_verified", ClaimValue::EmailNeverVerified, "email", Place::Both),
            ],
            groups: vec![Groups {
                scope: "profile",
                ..Groups::list(&["groups"])
            }],
            end_session: EndSession::Standard(Hint::Free),
            logout_token: Some(LogoutToken {
                kind: Some("logout+jwt"),
                life: None,
                sid: SessionId::Absent,
                set_back: 0,
            }),
            ..Self::plain()
        }
    }

    /// Zitadel with roles and user info in the ID token: strangers in `aud`, roles as an object, a page of JSON where
    /// `prompt=none` finds nobody, logout tokens from a queue (<https://zitadel.com/docs/apis/openidoauth/claims>,
    /// github.com/zitadel/zitadel#9200, #3997, #12626).
    #[must_use]
    pub fn zitadel() -> Self {
        Self {
            name: "zitadel",
            paths: Paths {
                issuer: "",
                keys: "/oauth/v2/keys",
                authorize: "/oauth/v2/authorize",
                token: "/oauth/v2/token",
                userinfo: "/oidc/v1/userinfo",
                end_session: "/oidc/v1/end_session",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            client_auth_listed: &["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            other_keys: &[Algorithm::Rs256],
            scopes: &["openid", "profile", "email", "phone", "address", "offline_access"],
            prompts_listed: &[],
            silent: SilentRefusal::Json,
            kind: None,
            audience: Audience::Strangers,
            authorized_party: true,
            groups: vec![Groups {
                shape: GroupShape::Keys,
                ..Groups::list(&["urn:zitadel:iam:org:project:roles"])
            }],
            logout_token: Some(LogoutToken {
                kind: Some("logout+jwt"),
                life: Some(900),
                sid: SessionId::Same,
                set_back: 1,
            }),
            ..Self::plain()
        }
    }

    /// Logto with the switch for roles in the ID token: ES384, roles by their scope, logout tokens without `sid` unless
    /// the client asks for it (<https://docs.logto.io/developers/custom-id-token>, github.com/panva/node-oidc-provider).
    #[must_use]
    pub fn logto() -> Self {
        Self {
            name: "logto",
            paths: Paths {
                issuer: "/oidc",
                keys: "/oidc/jwks",
                authorize: "/oidc/auth",
                token: "/oidc/token",
                userinfo: "/oidc/me",
                end_session: "/oidc/session/end",
            },
            client_auth_listed: BOTH_LISTED,
            algorithm: Algorithm::Es384,
            algorithms_listed: &["ES384"],
            scopes: &["openid", "offline_access", "profile", "email", "roles"],
            prompts_listed: &[],
            session_id: false,
            kind: None,
            claims: vec![
                claim("name", ClaimValue::Name, "profile", Place::Both),
                claim("username", ClaimValue::Login, "profile", Place::Both),
                claim("email", ClaimValue::Email, "email", Place::Both),
                claim("email_verified", ClaimValue::EmailVerified, "email", Place::Both),
            ],
            groups: vec![Groups {
                scope: "roles",
                ..Groups::list(&["roles"])
            }],
            logout_token: Some(LogoutToken {
                kind: Some("logout+jwt"),
                life: Some(120),
                sid: SessionId::Absent,
                set_back: 0,
            }),
            ..Self::plain()
        }
    }
}
