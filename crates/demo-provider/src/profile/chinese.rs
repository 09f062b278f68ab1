//! Providers of China.

use super::{
    Audience, BOTH_LISTED, ClaimValue, ClientAuth, Elsewhere, EndSession, Endpoint, ExpiresIn, GroupShape, Groups,
    IssuerParameter, LogoutToken, Paths, Pkce, Place, Profile, RS256, SessionId, SilentRefusal, Subject, claim,
};
use crate::key::Algorithm;

impl Profile {
    /// Alibaba Cloud's `IDaaS` EIAM, with the issuer of an application: the browser's addresses are on another host than the
    /// rest, and there are four scopes and no other (<https://help.aliyun.com/zh/idaas/eiam/>, "OIDC SSO
    /// configurations", "Rules for OIDC `id_token` extended fields"). Groups come as ids, as the recipe has it. Not
    /// published: `iss`, what discovery lists of PKCE and prompts, what `prompt=none` answers.
    #[must_use]
    pub fn alibaba_eiam() -> Self {
        Self {
            name: "alibaba-eiam",
            paths: Paths {
                issuer: "/v2/idaas_demo/app_demo/oidc",
                keys: "/v2/idaas_demo/app_demo/oidc/jwks",
                authorize: "/login/app/app_demo/oauth2/authorize",
                token: "/v2/idaas_demo/app_demo/oauth2/token",
                userinfo: "/v2/idaas_demo/app_demo/oauth2/userinfo",
                end_session: "/login/app/app_demo/oauth2/logout",
            },
            away: &[Endpoint::Authorize, Endpoint::EndSession],
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &[],
            client_auth_listed: &[
                "client_secret_basic",
                "client_secret_post",
                "client_secret_jwt",
                "private_key_jwt",
            ],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            scopes: &["openid", "email", "phone", "profile"],
            scopes_strict: true,
            prompts_listed: &[],
            groups: vec![Groups {
                shape: GroupShape::Ids,
                ..Groups::list(&["groups"])
            }],
            hint_newest: true,
            logout_token: None,
            ..Self::plain()
        }
    }

    /// The OAuth applications of Alibaba Cloud RAM: no groups, no e-mail, subjects and ids as numbers in text
    /// (<https://help.aliyun.com/zh/ram/user-guide/obtain-user-information-through-oidc>). The real issuer is
    /// `https://oauth.aliyun.com`. Not published: `iss`, authentication at the token endpoint, sign-out.
    #[must_use]
    pub fn alibaba_ram() -> Self {
        Self {
            name: "alibaba-ram",
            paths: Paths {
                issuer: "",
                keys: "/v1/keys",
                authorize: "/oauth2/v1/auth",
                token: "/v1/token",
                userinfo: "/v1/userinfo",
                end_session: "",
            },
            away: &[Endpoint::Authorize],
            unlisted: &[Endpoint::Userinfo],
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &["plain", "S256"],
            client_auth_listed: &[],
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            other_keys: &[Algorithm::Rs256],
            scopes: &["openid", "aliuid", "profile"],
            prompts_listed: &[],
            session_id: false,
            claims: vec![
                claim("uid", ClaimValue::Number, "aliuid", Place::Both),
                claim("aid", ClaimValue::Text("1234567890123456"), "aliuid", Place::Both),
                claim("name", ClaimValue::Name, "profile", Place::Both),
                claim("upn", ClaimValue::LoginAt("demo.onaliyun.com"), "profile", Place::Both),
            ],
            groups: Vec::new(),
            end_session: EndSession::None,
            logout_token: None,
            ..Self::plain()
        }
    }

    /// Huawei Cloud's `OneAccess`: the secret in the form only, `state` of letters and digits, a number that is text, RS512
    /// with a key for each algorithm, and a sign-out of its own
    /// (<https://support.huaweicloud.com/intl/en-us/api-oneaccess/>, "`IssueOIDCAuthCode`", "`IssueIDToken`",
    /// "`SingleLogout`"). Not published: the issuer's text, PKCE, `prompt`, the nonce, which must come back all the same.
    #[must_use]
    pub fn huawei_oneaccess() -> Self {
        Self {
            name: "huawei-oneaccess",
            paths: Paths {
                issuer: "/api/v1/oauth2",
                keys: "/api/v1/oauth2/keys",
                authorize: "/api/v1/oauth2/authorize",
                token: "/api/v1/oauth2/token",
                userinfo: "/api/v1/oauth2/userinfo",
                end_session: "/api/v1/logout",
            },
            away: &[Endpoint::Authorize, Endpoint::EndSession],
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Ignored,
            pkce_listed: &[],
            client_auth_listed: &["client_secret_post"],
            client_auth: &[ClientAuth::Post],
            algorithm: Algorithm::Rs512,
            algorithms_listed: &["RS256", "RS384", "RS512", "ES256"],
            other_keys: &[Algorithm::Rs256, Algorithm::Rs384, Algorithm::Es256],
            plain_state: true,
            scopes: &["openid"],
            scopes_strict: true,
            prompts_listed: &[],
            silent: SilentRefusal::Page,
            expires_in: ExpiresIn::Text,
            session_id: false,
            // Attributes are mapped by an administrator, whatever the scope.
            claims: vec![
                claim("name", ClaimValue::Name, "", Place::Both),
                claim("preferred_username", ClaimValue::Login, "", Place::Both),
                claim("email", ClaimValue::Email, "", Place::Both),
            ],
            end_session: EndSession::Own("redirect_url"),
            logout_token: None,
            ..Self::plain()
        }
    }

    /// Authing, with RS256 chosen and a field for groups: the secret in the form unless an application says otherwise,
    /// though discovery lists more, and HS256 beside RS256 (<https://docs.authing.cn/>). Not
    /// published: `iss`, back-channel logout.
    #[must_use]
    pub fn authing() -> Self {
        Self {
            name: "authing",
            paths: Paths {
                issuer: "/oidc",
                keys: "/oidc/.well-known/jwks.json",
                authorize: "/oidc/auth",
                token: "/oidc/token",
                userinfo: "/oidc/me",
                end_session: "/oidc/session/end",
            },
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            client_auth_listed: &["client_secret_post", "client_secret_basic", "none"],
            client_auth: &[ClientAuth::Post],
            algorithm: Algorithm::Rs256,
            algorithms_listed: &["HS256", "RS256"],
            prompts_listed: &[],
            session_id: false,
            logout_token: None,
            ..Self::plain()
        }
    }

    /// Casdoor, with an application that has a certificate of its own: its discovery document is at another address and
    /// states the same issuer; ID token and access token are one; groups carry the organisation; logout tokens have no
    /// `exp` and a `sid` that no ID token showed (<https://casdoor.org/docs/how-to-connect/oidc-client>, source of
    /// github.com/casdoor/casdoor).
    #[must_use]
    pub fn casdoor() -> Self {
        Self {
            name: "casdoor",
            paths: Paths {
                issuer: "",
                keys: "/.well-known/jwks",
                authorize: "/login/oauth/authorize",
                token: "/api/login/oauth/access_token",
                userinfo: "/api/userinfo",
                end_session: "/api/logout",
            },
            elsewhere: Some(Elsewhere {
                discovery: "/.well-known/signalbox/openid-configuration",
                keys: "/.well-known/signalbox/jwks",
                only: false,
            }),
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            client_auth_listed: BOTH_LISTED,
            one_client_auth: false,
            algorithm: Algorithm::Rs256,
            algorithms_listed: &["RS256", "RS512", "ES256", "ES384", "ES512"],
            other_keys: &[Algorithm::Rs256],
            return_among_redirects: true,
            prompts_listed: &[],
            silent: SilentRefusal::Page,
            one_token: true,
            audience: Audience::List,
            authorized_party: true,
            session_id: false,
            claims: vec![
                claim("name", ClaimValue::Name, "", Place::Both),
                claim("displayName", ClaimValue::Name, "", Place::Both),
                claim("preferred_username", ClaimValue::Login, "", Place::Both),
                claim("email", ClaimValue::Email, "", Place::Both),
                claim("email_verified", ClaimValue::EmailVerified, "", Place::Both),
                claim("owner", ClaimValue::Text("demo"), "", Place::IdToken),
            ],
            groups: vec![
                Groups {
                    shape: GroupShape::Prefixed("demo/"),
                    ..Groups::list(&["groups"])
                },
                Groups {
                    shape: GroupShape::Objects("name"),
                    place: Place::IdToken,
                    ..Groups::list(&["roles"])
                },
            ],
            logout_token: Some(LogoutToken {
                kind: Some("JWT"),
                life: None,
                sid: SessionId::Foreign,
                set_back: 0,
            }),
            ..Self::plain()
        }
    }

    /// `MaxKey` as its recipe sets it up: the issuer is a text, discovery is elsewhere, the ID token tells nothing of a
    /// person, and return addresses fit by their beginning (source of github.com/dromara/MaxKey). The name of the
    /// sign-out's parameter is not published.
    #[must_use]
    pub fn maxkey() -> Self {
        Self {
            name: "maxkey",
            paths: Paths {
                issuer: "/maxkey",
                keys: "/maxkey/authz/oauth/v20/keys",
                authorize: "/maxkey/authz/oauth/v20/authorize",
                token: "/maxkey/authz/oauth/v20/token",
                userinfo: "/maxkey/api/connect/v10/userinfo",
                end_session: "/maxkey/force/logout",
            },
            issuer_text: Some("https://sso.demo.example/maxkey"),
            elsewhere: Some(Elsewhere {
                discovery: "/maxkey/authz/oauth/v20/1/signalbox/.well-known/openid-configuration",
                keys: "/maxkey/authz/oauth/v20/1/signalbox/jwks",
                only: true,
            }),
            issuer_parameter: IssuerParameter::NEVER,
            pkce: Pkce::Optional,
            pkce_listed: &[],
            client_auth_listed: &["client_secret_basic", "client_secret_post", "none"],
            one_client_auth: false,
            algorithm: Algorithm::Rs256,
            algorithms_listed: RS256,
            redirect_by_prefix: true,
            prompts_listed: &[],
            silent: SilentRefusal::Page,
            audience: Audience::List,
            session_id: false,
            subject: Subject::Login,
            userinfo_subject: Subject::Login,
            claims: vec![
                claim("name", ClaimValue::Name, "", Place::Userinfo),
                claim("preferred_username", ClaimValue::Login, "", Place::Userinfo),
                claim("department", ClaimValue::Text("运维部"), "", Place::Userinfo),
            ],
            groups: Vec::new(),
            end_session: EndSession::Own("redirect_uri"),
            logout_token: None,
            ..Self::plain()
        }
    }
}
