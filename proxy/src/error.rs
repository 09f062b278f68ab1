//! Why a target could not be asked, or not to its end.

use std::any::Any;
use std::time::Duration;
use wire::ErrorCode;

/// Why a target could not be asked, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{public}{}", private.as_ref().map(ToString::to_string).unwrap_or_default())]
pub struct TargetError {
    /// What people are shown. Boxed, so that a result is not as large as what is told about its failure.
    pub public: Box<wire::TargetError>,
    /// What only the log may have.
    pub private: Option<Box<Private>>,
}

/// What only the log may have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Private {
    /// The catalogue describes a request that cannot be made: a fault of Signalbox, for which nobody outside can do anything.
    #[error(" (a fault of the catalogue)")]
    Catalogue,
    /// What an issuer of keys said besides.
    #[error(" ({0})")]
    Issuer(String),
    /// The walk panicked, with this text.
    #[error(" (a panic: {0})")]
    Panic(String),
}

/// What to do about an error, in the words of both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Advice {
    /// The same advice in both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            en: en.into(),
            zh: zh.into(),
        }
    }
}

impl From<wire::TargetError> for TargetError {
    fn from(public: wire::TargetError) -> Self {
        Self {
            public: Box::new(public),
            private: None,
        }
    }
}

impl TargetError {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        wire::TargetError::new(code, message).into()
    }

    /// Time is up.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Timeout, message).advise(Advice::new(
            "the cloud or the network is slow: try again, or ask fewer regions at once",
            "云厂商或网络较慢：请重试，或减少同时查询的地域",
        ))
    }

    /// No connection, or one that broke.
    pub fn connect(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ConnectFailed, message).advise(Advice::new(
            "check the region's name, the account's endpoints, and that this host may reach them (DNS, firewall)",
            "请检查地域名称、账号配置中的 endpoints，以及本机能否访问它们（DNS、防火墙）",
        ))
    }

    /// An answer that cannot be what the vendor documents.
    pub fn bad_answer(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadAnswer, message).advise(Advice::new(
            "if it lasts, something between here and the cloud answers in its place, or the API has changed",
            "若持续出现，可能是本机与云之间的设备代为应答，或 API 已变更",
        ))
    }

    /// A request that cannot be made as the catalogue describes it. People see an answer that makes no sense.
    pub fn catalogue(message: impl Into<String>) -> Self {
        Self {
            private: Some(Box::new(Private::Catalogue)),
            ..Self::bad_answer(message)
        }
    }

    /// A walk that panicked; `panic` is what it was thrown with.
    #[must_use]
    pub fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self {
            private: Some(Box::new(Private::Panic(text.unwrap_or("of unknown kind").to_owned()))),
            ..Self::bad_answer("Signalbox could not cope with the answer: its log says more")
        }
    }

    /// More than the bounds allow.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::TooLarge, message).advise(Advice::new(
            "what arrived until then is shown; ask fewer regions or clusters at once",
            "已收到的数据照常显示；请减少同时查询的地域或集群",
        ))
    }

    /// A 3xx.
    pub fn redirected(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Redirected, message).advise(Advice::new(
            "redirects are never followed with signed requests: correct the account's endpoint",
            "签名请求不会跟随重定向：请更正账号配置中的 endpoints",
        ))
    }

    /// The list goes round in circles.
    pub fn looping(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::LoopingCursor, message).advise(Advice::new(
            "the list of the cloud does not end: what arrived until then is shown",
            "云端列表没有终点：已收到的数据照常显示",
        ))
    }

    /// The keys, or an id that is looked up with them, cannot be used.
    pub fn credentials(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Credentials, message).advise(Advice::new(
            "check the account's credentials in the configuration",
            "请检查账号配置中的凭证（credentials）",
        ))
    }

    /// Nobody wants the answer any more.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "the reader has gone")
    }

    /// The same error with this advice.
    #[must_use]
    pub fn advise(mut self, advice: Advice) -> Self {
        self.public.advice = Some(advice.en);
        self.public.advice_zh = Some(advice.zh);
        self
    }

    /// The same error, for want of this permission.
    #[must_use]
    pub fn lacks(mut self, permission: &str) -> Self {
        self.public.permission = Some(permission.to_owned());
        self
    }

    /// The same error, whose advice begins with when there will be more.
    #[must_use]
    pub fn more_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil();
        let (en, zh) = match seconds {
            ..120.0 => (format!("more after {seconds} s"), format!("{seconds} 秒后才能继续获取")),
            120.0..7_200.0 => {
                let minutes = (seconds / 60.0).ceil();
                (
                    format!("more after {minutes} minutes"),
                    format!("{minutes} 分钟后才能继续获取"),
                )
            }
            7_200.0..86_400.0 => {
                let hours = (seconds / 3_600.0).ceil();
                (
                    format!("more after {hours} hours"),
                    format!("{hours} 小时后才能继续获取"),
                )
            }
            _ => (
                "more after a day or longer".to_owned(),
                "一天或更久之后才能继续获取".to_owned(),
            ),
        };
        let with = |start: String, colon: &str, advice: &Option<String>| match advice {
            Some(advice) => format!("{start}{colon}{advice}"),
            None => start,
        };
        let advice = Advice::new(
            with(en, ": ", &self.public.advice),
            with(zh, ":", &self.public.advice_zh),
        );
        self.advise(advice)
    }

    /// The same error with the cloud's request id.
    #[must_use]
    pub fn of_request(mut self, request_id: Option<String>) -> Self {
        self.public.request_id = request_id;
        self
    }

    /// The same error, whose message tells of another too.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.public.message = format!("{}; {}", self.public.message, other.public.message);
        self
    }

    /// The same error, whose message begins with where it happened.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        self.public.message = format!("{place}: {}", self.public.message);
        self
    }
}
