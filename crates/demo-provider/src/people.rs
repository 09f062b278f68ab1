//! Who can sign in, and where they are sent back to.

/// Somebody whom the provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Login name, for example `lin`; what `login_hint` and the sign-in page choose by.
    pub login: String,
    /// The name that people read, often Chinese.
    pub name: String,
    /// E-mail address, where there is one.
    pub email: Option<String>,
    /// Whether the provider says that the address is hers.
    pub email_verified: bool,
    /// Names of groups.
    pub groups: Vec<String>,
    /// What the sign-in page says about this person, in English.
    pub about: String,
    /// The same in Chinese.
    pub about_chinese: String,
}

impl Person {
    /// Somebody with a verified address at `demo.example` and nothing to say about them.
    #[must_use]
    pub fn new(login: &str, name: &str, groups: &[&str]) -> Self {
        Self {
            login: login.to_owned(),
            name: name.to_owned(),
            email: Some(format!("{login}@demo.example")),
            email_verified: true,
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
            about: String::new(),
            about_chinese: String::new(),
        }
    }

    /// The three people of the demo: one of the platform team, one who looks after some accounts, one without any right.
    #[must_use]
    pub fn three() -> Vec<Self> {
        let about = |mut person: Self, english: &str, chinese: &str| {
            english.clone_into(&mut person.about);
            chinese.clone_into(&mut person.about_chinese);
            person
        };
        vec![
            about(
                Self::new("lin", "林晓雨", &["platform", "on-call"]),
                "Platform team: sees every account",
                "平台组：可查看全部账号",
            ),
            about(
                Self::new("marta", "Marta Keller", &["staging"]),
                "Application team: sees the staging accounts",
                "应用组：可查看预发环境账号",
            ),
            about(
                Self::new("guo", "郭涛", &["finance"]),
                "Finance: may sign in, but nothing has been granted",
                "财务：可以登录，但未获任何授权",
            ),
        ]
    }
}

/// A relying party as it is registered at the provider (OpenID Connect Dynamic Client Registration 1.0 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: String,
    /// Addresses to which a code may be sent.
    pub redirect_uris: Vec<String>,
    /// Addresses to which somebody may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where logout tokens are posted, when they are wanted.
    pub backchannel_logout_uri: Option<String>,
}

impl Client {
    /// A relying party with the addresses that Signalbox has under its public address, which has no slash at its end.
    #[must_use]
    pub fn at(public_url: &str, id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            redirect_uris: vec![format!("{public_url}/auth/callback")],
            post_logout_redirect_uris: vec![format!("{public_url}/")],
            backchannel_logout_uri: Some(format!("{public_url}/auth/backchannel-logout")),
        }
    }
}
