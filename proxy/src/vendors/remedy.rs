//! What can be done about an error answer.

/// What can be done about an error answer. The first that fits code or status counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Ask less often.
    AskLess,
    /// Set the clock.
    SetClock,
    /// Check the secret of the key.
    CheckSecret,
    /// Check the id of the key.
    CheckKeyId,
    /// Get a fresh token.
    RenewToken,
    /// Check keys and clock: the vendor does not say which.
    CheckKeys,
    /// Check regions and endpoints.
    CheckRegion,
    /// Give the account the permission.
    Allow,
    /// Wait for the vendor.
    Wait,
}

impl Remedy {
    /// The first of `table` whose beginnings of codes have that of `code`.
    #[must_use]
    pub fn find(table: &[(Self, &[&str])], code: &str) -> Option<Self> {
        let known = |codes: &[&str]| codes.iter().any(|known| code.starts_with(known));
        table.iter().find(|(_, codes)| known(codes)).map(|(remedy, _)| *remedy)
    }

    /// What a status alone says.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            429 => Some(Self::AskLess),
            401 => Some(Self::CheckKeys),
            404 => Some(Self::CheckRegion),
            403 => Some(Self::Allow),
            500.. => Some(Self::Wait),
            _ => None,
        }
    }

    /// The advice, for a request to `host` that needs `permission`.
    #[must_use]
    pub fn advice(self, permission: &str, host: &str) -> String {
        let advice = match self {
            Self::AskLess => {
                "the cloud limits how often this account may ask: wait a little, and see who else uses the same keys"
            }
            Self::SetClock => "the clock of this host is wrong: the cloud accepts 15 minutes of difference at most",
            Self::CheckSecret => {
                "the secret does not belong to the access key id: check both, and that no character was lost in copying"
            }
            Self::CheckKeyId => "the access key id is unknown, disabled or of the vendor's other site",
            Self::RenewToken => {
                "the security token is expired, missing or of other keys: temporary keys need their own, fresh token"
            }
            Self::CheckKeys => {
                "wrong access key, secret or security token, or the clock of this host is more than 15 minutes off"
            }
            Self::CheckRegion => {
                return format!(
                    "{host} does not know this operation or region: check the account's regions and endpoints"
                );
            }
            Self::Allow => return format!("needs {permission}"),
            Self::Wait => "the cloud's own fault: try again later, and give the request id to its support if it lasts",
        };
        advice.to_owned()
    }
}
