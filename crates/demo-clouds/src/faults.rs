//! Faults: what goes wrong, where, and how often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::fleet::names;
use crate::lock::locked;
use crate::message::Admitted;
use crate::service::{Action, Service};

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The vendor's throttling: Alibaba 400 `Throttling.User`, Huawei 429 `APIGW.0308`.
    Throttle,
    /// The same where it strikes always: the quota is used up for an hour, as the answer says.
    Exhausted,
    /// 403: the caller lacks the permission.
    Deny,
    /// 500 in the vendor's shape.
    Error500,
    /// The connection is cut instead of an answer.
    Reset,
    /// The body comes in small pieces with pauses.
    Drip,
    /// The connection is cut in the middle of the body.
    Truncate,
    /// The page's cursor leads to the same page again, for ever.
    LoopToken,
    /// Numbers where text belongs, text where numbers belong, objects where null belongs.
    WrongTypes,
    /// 200 with a page of HTML, as a proxy in between might answer.
    NotJson,
    /// No answer, ever.
    Hang,
    /// 302 to another place on the same server, which no client may follow.
    Redirect,
    /// A good answer with far more bytes than anyone should read.
    Huge,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Throttle,
        Self::Deny,
        Self::Error500,
        Self::Reset,
        Self::Drip,
        Self::Truncate,
        Self::LoopToken,
        Self::WrongTypes,
        Self::NotJson,
        Self::Hang,
        Self::Redirect,
        Self::Huge,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Throttle | Self::Exhausted => "throttle",
            Self::Deny => "deny",
            Self::Error500 => "error500",
            Self::Reset => "reset",
            Self::Drip => "drip",
            Self::Truncate => "truncate",
            Self::LoopToken => "loop-token",
            Self::WrongTypes => "wrong-types",
            Self::NotJson => "not-json",
            Self::Hang => "hang",
            Self::Redirect => "redirect",
            Self::Huge => "huge",
        }
    }
}

/// Named specs.
const PRESETS: [(&str, &str); 2] = [
    ("demo", "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always"),
    (
        "chaos",
        "deny@oos/cn-beijing,throttle@oos/cn-shanghai:always,loop-token@oos/ap-southeast-1,wrong-types@oos/eu-central-1,\
         throttle@oos:2,throttle@cs:1,deny@cs/eu-central-1,error500@sas:1,drip@sas//staging-cn,reset@coc//prod-hw:1,\
         drip@coc//intl-hw,not-json@coc//eu-hw,error500@rfs/cn-east-3,truncate@rfs/ap-southeast-3:1,throttle@rfs:1",
    ),
];

/// Why a fault spec is not understood. The text says what would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault `{part}`: {reason}")]
pub struct FaultError {
    /// The part of the spec that is wrong.
    pub part: String,
    /// What is wrong with it and what is possible.
    pub reason: String,
}

/// A list of faults to simulate; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    kind: Kind,
    service: String,
    region: String,
    account: String,
    /// How many calls of each target it strikes; none = all.
    times: Option<u32>,
}

impl Faults {
    /// Reads `kind@service[/region[/account]][:times]`, comma-separated.
    ///
    /// * `kind`: throttle, deny, error500, reset, drip, truncate, loop-token, wrong-types, not-json, hang, redirect, huge.
    /// * `service`: cs, sas, oos, sts, coc, rfs, iam, metadata, pods, also with `alibaba.` or `huawei.` before it.
    /// * `*` stands for any text in service, region and account; an empty region or account means any.
    /// * `times`: a number strikes the first so many calls of each target (account, region and operation) and then lets
    ///   calls pass; `always`, which is also the default, strikes all.
    /// * The region of account-wide services is that of the site: sas cn-shanghai or ap-southeast-1,
    ///   coc cn-north-4, ap-southeast-3 or eu-west-101.
    ///
    /// Of several faults for one call the first that is not used up strikes. The whole spec may also be the name of a
    /// preset, `demo` (one region denied, one throttled for ever) or `chaos` (a bit of everything). An empty spec is no fault.
    ///
    /// # Errors
    /// The first part that is not understood, with what is possible. A service, region or account that does not exist
    /// is an error too: it would never strike.
    pub fn parse(spec: &str) -> Result<Self, FaultError> {
        let spec = spec.trim();
        let spec = PRESETS
            .iter()
            .find(|(name, _)| *name == spec)
            .map_or(spec, |(_, spec)| spec);
        let parts = spec.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(Rule::parse).collect::<Result<_, _>>().map(Self)
    }

    /// The names of all kinds that a spec may hold.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        Kind::ALL.into_iter().map(Kind::name)
    }

    /// True when nothing goes wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::str::FromStr for Faults {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        Self::parse(spec)
    }
}

impl Rule {
    fn parse(part: &str) -> Result<Self, FaultError> {
        let wrong = |reason: String| FaultError {
            part: part.to_owned(),
            reason,
        };
        let kinds = || Kind::ALL.map(Kind::name).join(", ");
        let Some((kind, selector)) = part.split_once('@') else {
            let presets = PRESETS.map(|(name, _)| name).join(", ");
            let reason = format!(
                "expected kind@service[/region[/account]][:times] or a preset alone ({presets}); kinds are {}",
                kinds()
            );
            return Err(wrong(reason));
        };
        let Some(kind) = Kind::ALL.into_iter().find(|known| known.name() == kind) else {
            return Err(wrong(format!("there is no kind `{kind}`; kinds are {}", kinds())));
        };
        let (selector, times) = match selector.split_once(':') {
            None | Some((_, "always")) => (selector.trim_end_matches(":always"), None),
            Some((selector, times)) => {
                let times = times.parse().ok().filter(|times| *times > 0);
                (
                    selector,
                    Some(times.ok_or_else(|| wrong("after `:` stands a number from 1 or `always`".to_owned()))?),
                )
            }
        };
        let mut fields = selector
            .split('/')
            .map(|field| if field.is_empty() { "*" } else { field });
        let (service, region, account) = (
            fields.next().unwrap_or("*"),
            fields.next().unwrap_or("*"),
            fields.next().unwrap_or("*"),
        );
        if fields.next().is_some() {
            return Err(wrong(
                "a selector has at most three fields: service/region/account".to_owned(),
            ));
        }
        let services = Service::ALL.into_iter().filter(|known| matches(service, *known));
        let services: Vec<Service> = services
            .filter(|known| kind != Kind::LoopToken || pages(*known))
            .collect();
        if services.is_empty() {
            let possible = Service::ALL
                .into_iter()
                .filter(|known| kind != Kind::LoopToken || pages(*known));
            let possible: Vec<&str> = possible.map(Service::short).collect();
            return Err(wrong(format!(
                "no service is called `{service}`; possible for {} are {}",
                kind.name(),
                possible.join(", ")
            )));
        }
        let (regions, accounts) = (names::regions(), names::accounts());
        for (what, pattern, known) in [("region", region, &regions), ("account", account, &accounts)] {
            if !known.iter().any(|name| glob(pattern, name)) {
                return Err(wrong(format!(
                    "no {what} is called `{pattern}`; there are {}",
                    known.join(", ")
                )));
            }
        }
        Ok(Self {
            kind,
            service: service.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            times,
        })
    }
}

/// True for services with lists in pages.
const fn pages(service: Service) -> bool {
    matches!(
        service,
        Service::Cs | Service::Oos | Service::Coc | Service::Rfs | Service::ResourceDirectory | Service::Organizations
    )
}

fn matches(pattern: &str, service: Service) -> bool {
    glob(pattern, service.short()) || glob(pattern, service.name())
}

/// `*` stands for any text, also none.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|skip| rest.get(skip..).is_some_and(|tail| glob(after, tail)))),
    }
}

/// What is counted by itself: rule, account, region and operation.
type Target = (usize, usize, String, Action);

/// Faults at work: counts how often each struck.
pub(crate) struct Striker {
    rules: Mutex<Arc<[Rule]>>,
    struck: Mutex<HashMap<Target, u32>>,
}

impl Striker {
    pub(crate) fn new(faults: Faults) -> Self {
        Self {
            rules: Mutex::new(faults.0.into()),
            struck: Mutex::default(),
        }
    }

    /// From now on it is these faults that strike, counted anew.
    pub(crate) fn replace(&self, faults: Faults) {
        *locked(&self.rules) = faults.0.into();
        locked(&self.struck).clear();
    }

    /// The fault that strikes this call, if any.
    pub(crate) fn strike(&self, service: Service, account: &str, call: &Admitted) -> Option<Kind> {
        let rules = Arc::clone(&locked(&self.rules));
        rules.iter().enumerate().find_map(|(index, rule)| {
            let hit =
                matches(&rule.service, service) && glob(&rule.region, &call.region) && glob(&rule.account, account);
            let idle = rule.kind == Kind::LoopToken && !pages(service);
            let kind = match rule.kind {
                Kind::Throttle if rule.times.is_none() => Kind::Exhausted,
                kind => kind,
            };
            (hit && !idle && self.has_left(index, rule.times, call)).then_some(kind)
        })
    }

    fn has_left(&self, rule: usize, times: Option<u32>, call: &Admitted) -> bool {
        let Some(times) = times else { return true };
        let mut struck = locked(&self.struck);
        let count = struck
            .entry((rule, call.account, call.region.clone(), call.action))
            .or_default();
        *count = count.saturating_add(1);
        *count <= times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(region: &str) -> Admitted {
        Admitted {
            action: Action::ListInstancePatchStates,
            account: 0,
            region: region.to_owned(),
            role: None,
        }
    }

    fn striker(spec: &str) -> Striker {
        Striker::new(Faults::parse(spec).unwrap())
    }

    #[test]
    fn a_selector_narrows_by_service_region_and_account() {
        let striker = striker("deny@oos/cn-*/prod-cn,hang@alibaba.cs");
        let strike = |service, account, region| striker.strike(service, account, &call(region));
        assert_eq!(strike(Service::Oos, "prod-cn", "cn-beijing"), Some(Kind::Deny));
        assert_eq!(strike(Service::Oos, "staging-cn", "cn-beijing"), None);
        assert_eq!(strike(Service::Oos, "prod-cn", "eu-central-1"), None);
        assert_eq!(strike(Service::Cs, "x", "y"), Some(Kind::Hang));
        assert_eq!(strike(Service::Sas, "prod-cn", "cn-beijing"), None);
    }

    #[test]
    fn a_count_is_for_each_target() {
        let striker = striker("throttle@oos:2");
        for region in ["a", "b"] {
            let hits: Vec<bool> = (0..4)
                .map(|_| striker.strike(Service::Oos, "x", &call(region)).is_some())
                .collect();
            assert_eq!(hits, [true, true, false, false], "{region}");
        }
    }

    #[test]
    fn when_one_fault_is_used_up_the_next_strikes() {
        let striker = striker("throttle@oos:1,deny@oos:always");
        assert_eq!(striker.strike(Service::Oos, "x", &call("a")), Some(Kind::Throttle));
        assert_eq!(striker.strike(Service::Oos, "x", &call("a")), Some(Kind::Deny));
    }

    #[test]
    fn presets_and_nothing_are_understood() {
        for (name, spec) in PRESETS {
            assert_eq!(Faults::parse(name), Faults::parse(spec), "{name}");
            assert!(!Faults::parse(name).unwrap().is_empty());
        }
        assert!(Faults::parse(" ").unwrap().is_empty());
    }

    #[test]
    fn a_typo_is_told_with_what_is_possible() {
        let reason = |spec| Faults::parse(spec).unwrap_err().to_string();
        for kind in Kind::ALL {
            assert!(reason("throtle@oos").contains(kind.name()));
        }
        assert!(reason("chaoss").contains("demo, chaos"));
        assert!(reason("deny@ooz").contains("oos"));
        assert!(reason("deny@oos/cn-bejing").contains("cn-beijing"));
        assert!(reason("deny@oos//prod").contains("prod-cn"));
        assert!(reason("throttle@oos:0").contains("always"));
        assert!(reason("throttle@oos:often").contains("always"));
        assert!(reason("deny@oos/a/b/c").contains("at most three"));
        assert!(!reason("loop-token@sas").contains("sas,"));
    }
}
