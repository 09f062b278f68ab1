//! What can be done about an error answer.

use crate::error::Advice;

/// What can be done about an error answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Ask less often.
    AskLess,
    /// Set the clock.
    SetClock,
    /// Find out what sends requests twice.
    SendOnce,
    /// Check the secret of the key.
    CheckSecret,
    /// Check the id of the key.
    CheckKeyId,
    /// Get a fresh token.
    RenewToken,
    /// Check keys and clock: the vendor does not say which.
    CheckKeys,
    /// Buy an edition that has this.
    BuyEdition,
    /// Open the service.
    OpenService,
    /// Pay.
    PayBill,
    /// Create or grant the role that the service works with.
    GrantRole,
    /// Check regions and endpoints.
    CheckRegion,
    /// Open the region for the account, or leave it out.
    OpenRegion,
    /// Let this host's address in.
    AllowAddress,
    /// Give the account the permission.
    Allow,
    /// Ask with the keys of who manages the directory.
    AskAsManager,
    /// Find out what answers in the cloud's place.
    CheckPath,
    /// Wait for the vendor.
    Wait,
}

/// Codes, or words, that have the same reason.
#[derive(Debug)]
pub struct Family {
    /// What can be done about them.
    pub remedy: Remedy,
    /// Beginnings of codes; anywhere in a code after `*`, the whole of it before `$`. Only letters and digits count, in small and capitals alike.
    /// None is any code.
    pub codes: &'static [&'static str],
    /// Parts of messages in lower case, one of which must be there. None is any message.
    pub words: &'static [&'static str],
}

/// What a request was, as far as advice speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The permission that it needs.
    pub permission: &'a str,
    /// Who was asked.
    pub host: &'a str,
}

impl Family {
    /// A family of codes.
    #[must_use]
    pub const fn codes(remedy: Remedy, codes: &'static [&'static str]) -> Self {
        Self {
            remedy,
            codes,
            words: &[],
        }
    }

    /// A family of words, whatever the code.
    #[must_use]
    pub const fn words(remedy: Remedy, words: &'static [&'static str]) -> Self {
        Self {
            remedy,
            codes: &[],
            words,
        }
    }

    fn has(&self, code: &str, message: &str) -> bool {
        let known = |pattern: &&str| {
            let letters = letters(pattern);
            match (pattern.starts_with('*'), pattern.ends_with('$')) {
                (true, _) => code.contains(&letters),
                (_, true) => code == letters,
                _ => code.starts_with(&letters),
            }
        };
        (self.codes.is_empty() || self.codes.iter().any(known))
            && (self.words.is_empty() || self.words.iter().any(|words| message.contains(words)))
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

impl Remedy {
    /// The remedy of the first family that fits.
    #[must_use]
    pub fn find(table: &[Family], code: &str, message: &str) -> Option<Self> {
        let (code, message) = (letters(code), message.to_lowercase());
        table
            .iter()
            .find(|family| family.has(&code, &message))
            .map(|family| family.remedy)
    }

    /// What a status says when the answer holds no code.
    #[must_use]
    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            429 => Some(Self::AskLess),
            401 => Some(Self::CheckKeys),
            404 => Some(Self::CheckRegion),
            403 | 405..=407 => Some(Self::CheckPath),
            500.. => Some(Self::Wait),
            _ => None,
        }
    }

    /// The advice, in the words of both languages.
    #[must_use]
    pub fn advice(self, Context { permission, host }: Context<'_>) -> Advice {
        let (en, zh) = match self {
            Self::AskLess => (
                "the cloud limits how often this account may ask: wait a little, and see who else uses the same keys",
                "云厂商对该账号的调用频率有限制：请稍后再试，并检查还有谁在使用同一密钥",
            ),
            Self::SetClock => (
                "the clock of this host is wrong: the cloud accepts 15 minutes of difference at most",
                "本机时钟不准：云厂商最多允许 15 分钟偏差，请校准时间（NTP）",
            ),
            Self::SendOnce => (
                "the cloud has seen this very request before: something between here and it, such as a proxy, sends requests twice",
                "云厂商已收到过同一请求（随机数重复）：本机与云之间的代理等设备可能重复发送了请求",
            ),
            Self::CheckSecret => (
                "the secret does not belong to the access key id: check both, and that no character was lost in copying",
                "密钥与 Access Key ID 不匹配：请核对两者，确认复制时没有丢失字符",
            ),
            Self::CheckKeyId => (
                "the access key id is unknown, disabled or of the vendor's other site",
                "Access Key ID 不存在、已被禁用，或属于该厂商的另一站点（国内站/国际站）",
            ),
            Self::RenewToken => (
                "the security token is expired, missing or of other keys: temporary keys need their own, fresh token",
                "安全令牌（STS Token）已过期、缺失或与密钥不匹配：临时密钥需要与之配套的新令牌",
            ),
            Self::CheckKeys => (
                "wrong access key, secret or security token, or the clock of this host is more than 15 minutes off",
                "Access Key、密钥或安全令牌有误，或本机时钟偏差超过 15 分钟",
            ),
            Self::BuyEdition => (
                "the edition of the service that this account has does not include this: buy a higher edition, or leave the table aside",
                "该账号购买的服务版本不含此功能：请升级版本，或忽略此表",
            ),
            Self::OpenService => (
                "the service has not been activated for this account: open it in the vendor's console",
                "该账号尚未开通此服务：请在云厂商控制台开通",
            ),
            Self::PayBill => (
                "the account is in arrears or frozen: settle the bill in the vendor's console",
                "账号已欠费或被冻结：请在云厂商控制台充值或结清账单",
            ),
            Self::GrantRole => (
                "the role that the service works with is missing: authorize the service in the vendor's console, where it offers to create its service-linked role",
                "缺少服务所需的角色：请在云厂商控制台为该服务授权（创建服务关联角色）",
            ),
            Self::CheckRegion => {
                return Advice::new(
                    format!("{host} does not know this operation or region: check the account's regions and endpoints"),
                    format!("{host} 不认识该操作或地域：请检查账号配置中的 regions 和 endpoints"),
                );
            }
            Self::OpenRegion => (
                "the account or user may not use this region, or the service is not there: open the region in the vendor's console, or leave it out of the account's regions",
                "该账号或用户未获准使用此地域，或此地域没有该服务：请在云厂商控制台开通该地域，或从账号配置的 regions 中去掉",
            ),
            Self::AllowAddress => (
                "the cloud refuses the network address of this host: add it to the address allowlist of the key, user or service",
                "云厂商拒绝了本机的网络地址：请将其加入密钥、用户或服务的 IP 白名单",
            ),
            Self::Allow => return Advice::new(format!("needs {permission}"), format!("缺少权限 {permission}")),
            Self::AskAsManager => (
                "a directory is only told to the account that manages it, or to a delegated administrator: set credentials of one of them",
                "目录只对其管理账号或委派管理员账号开放：请改用其中之一的凭证",
            ),
            Self::CheckPath => {
                return Advice::new(
                    format!(
                        "this is no answer of the cloud's own: a firewall, a proxy or a sign-in page between this host and {host} may have answered in its place"
                    ),
                    format!("这不像是云厂商的应答：本机与 {host} 之间的防火墙、代理或登录页可能代为应答"),
                );
            }
            Self::Wait => (
                "the cloud's own fault: try again later, and give the request id to its support if it lasts",
                "云厂商自身故障：请稍后再试；若持续出现，请把请求 ID 提供给其技术支持",
            ),
        };
        Advice::new(en, zh)
    }
}
