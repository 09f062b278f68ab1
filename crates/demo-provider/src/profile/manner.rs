//! The ways in which providers differ, one kind a type.

/// An address that the provider serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The discovery document (OpenID Connect Discovery 1.0 §4).
    Discovery,
    /// The key set (RFC 7517).
    Keys,
    /// Where browsers are sent to sign in (OpenID Connect Core 1.0 §3.1.2).
    Authorize,
    /// Where codes are changed for tokens (§3.1.3).
    Token,
    /// What else is known of somebody (§5.3).
    Userinfo,
    /// Where browsers are sent to sign out (OpenID Connect RP-Initiated Logout 1.0).
    EndSession,
    /// The keys of a front that signs headers.
    FrontKeys,
}

/// How a client proves who it is at the token endpoint (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_secret_basic`: in the header `Authorization`.
    Basic,
    /// `client_secret_post`: in the form.
    Post,
}

/// What the provider does with PKCE (RFC 7636).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkce {
    /// A request without a challenge is refused.
    Required,
    /// Verified where there is a challenge.
    Optional,
    /// Neither read nor verified.
    Ignored,
}

/// The parameter `iss` of the callback (RFC 9207).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuerParameter {
    /// Discovery says `authorization_response_iss_parameter_supported`.
    pub advertised: bool,
    /// It comes with a code.
    pub with_code: bool,
    /// It comes with an error.
    pub with_error: bool,
}

impl IssuerParameter {
    /// Announced and always sent.
    pub const ALWAYS: Self = Self {
        advertised: true,
        with_code: true,
        with_error: true,
    };
    /// Neither announced nor sent.
    pub const NEVER: Self = Self {
        advertised: false,
        with_code: false,
        with_error: false,
    };
}

/// How `expires_in` of the token answer comes (RFC 6749 §5.1 wants a number).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpiresIn {
    /// A number.
    Number,
    /// A number as text.
    Text,
    /// Not at all.
    Absent,
}

/// The member `aud` of the ID token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// One text.
    Text,
    /// A list with our client alone.
    List,
    /// A list with our client and clients that we have never heard of.
    Strangers,
}

/// What becomes of the nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonce {
    /// It comes back as it was sent.
    Echoed,
    /// The member is there and empty.
    Empty,
    /// The member is not there.
    Absent,
}

/// What `sub` looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Letters and digits without meaning, the same for every client.
    Opaque,
    /// Letters and digits without meaning, another for each client.
    Pairwise,
    /// A number as text.
    Number,
    /// The login name.
    Login,
}

/// Something about a person, or a constant, as the value of a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClaimValue {
    /// The name that people read.
    Name,
    /// The login name.
    Login,
    /// The login name with a domain, as RAM users have it.
    LoginAt(&'static str),
    /// The e-mail address; absent for people without one.
    Email,
    /// Whether the address is verified.
    EmailVerified,
    /// False, whatever is known.
    EmailNeverVerified,
    /// A number as text that belongs to the person.
    Number,
    /// Always this text.
    Text(&'static str),
}

/// Into which answer a claim goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The ID token alone.
    IdToken,
    /// The userinfo answer alone.
    Userinfo,
    /// Both.
    Both,
}

impl Place {
    pub(crate) fn is_in(self, wanted: Self) -> bool {
        self == wanted || self == Self::Both
    }
}

/// One claim of a person, with the scope that brings it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Name of the member.
    pub name: &'static str,
    /// Its value.
    pub value: ClaimValue,
    /// The scope without which it does not come; empty where it always comes.
    pub scope: &'static str,
    /// Where it comes.
    pub place: Place,
}

/// The shape in which groups come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupShape {
    /// A list of names.
    List,
    /// A list of names with a text before each: a slash, an organisation.
    Prefixed(&'static str),
    /// A list of ids without meaning; [`crate::opaque_group`] says which.
    Ids,
    /// An object whose members are the names.
    Keys,
    /// A list of objects, the name in the member of this name.
    Objects(&'static str),
    /// A list of names as JSON inside a text.
    JsonText,
    /// One text where there is one group, a list otherwise.
    BareString,
}

/// How groups come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups {
    /// Names of the members that lead there; one name for a top-level claim.
    pub path: &'static [&'static str],
    /// Shape of the value.
    pub shape: GroupShape,
    /// The scope without which they do not come; empty where they always come.
    pub scope: &'static str,
    /// Where they come.
    pub place: Place,
    /// How many fit: beyond that Entra sends `_claim_names` and `_claim_sources` in their stead.
    pub most: usize,
}

impl Groups {
    /// A list of names in a top-level claim of both answers, whatever the scope.
    pub(crate) const fn list(path: &'static [&'static str]) -> Self {
        Self {
            path,
            shape: GroupShape::List,
            scope: "",
            place: Place::Both,
            most: usize::MAX,
        }
    }
}

/// What the provider does with `prompt=none` when nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SilentRefusal {
    /// Sends the error back (OpenID Connect Core 1.0 §3.1.2.6).
    Error,
    /// Shows the sign-in page all the same.
    Page,
    /// Shows a page of JSON and leaves the browser there.
    Json,
}

/// What the provider's sign-out wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSession {
    /// There is none.
    None,
    /// The standard's parameters, with rules of this provider.
    Standard(Hint),
    /// One parameter of the provider's own, and no list of allowed addresses.
    Own(&'static str),
}

/// How the standard's sign-out treats `id_token_hint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Without it the answer is 400.
    Required,
    /// Without it a return address is refused with 400.
    ForReturn,
    /// A return address needs it or `client_id`; without it a page asks whether to sign out.
    OrClient,
    /// Nothing is needed.
    Free,
}

/// The member `sid` of logout tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionId {
    /// The one of the ID token.
    Same,
    /// A name of the provider's own that no ID token ever showed.
    Foreign,
    /// None.
    Absent,
}

/// What logout tokens look like (OpenID Connect Back-Channel Logout 1.0 §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogoutToken {
    /// Header `typ`.
    pub kind: Option<&'static str>,
    /// Seconds from `iat` to `exp`; none where there is no `exp`.
    pub life: Option<i64>,
    /// The member `sid`.
    pub sid: SessionId,
    /// Seconds by which `iat` is set back.
    pub set_back: i64,
}
