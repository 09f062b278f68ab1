//! Clouds that fail by chance.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use demo_clouds::Faults;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::upstream::Upstream;

/// How long the same faults strike.
const SPELL: Duration = Duration::from_secs(5);
/// The most of them at a time.
const MOST: usize = 4;

const SERVICES: [&str; 6] = ["oos", "cs", "sas", "coc", "rfs", "iam"];
const ACCOUNTS: [&str; 6] = ["prod-cn", "prod-intl", "staging-cn", "prod-hw", "intl-hw", "eu-hw"];

/// Lets faults strike by chance until it is over; how often each kind has. In one spell of four nothing fails.
pub async fn strike(upstream: Arc<Upstream>, mut over: watch::Receiver<bool>) -> BTreeMap<&'static str, usize> {
    // The same in every run.
    let mut chance = fastrand::Rng::with_seed(14);
    let mut struck = BTreeMap::new();
    loop {
        let count = if chance.u8(..4) == 0 { 0 } else { chance.usize(1..=MOST) };
        let spec: Vec<String> = (0..count).map(|_| one(&mut chance)).collect();
        // What cannot strike, such as a cursor that loops in a list without pages, is left out.
        let spec: Vec<String> = spec.into_iter().filter(|one| Faults::parse(one).is_ok()).collect();
        upstream
            .clouds
            .strike_with(Faults::parse(&spec.join(",")).unwrap_or_default());
        let ended = timeout(SPELL, over.changed()).await.is_ok();
        for call in upstream.clouds.calls() {
            if let Some(fault) = call.fault {
                *struck.entry(fault).or_default() += 1;
            }
        }
        upstream.clouds.forget_calls();
        if ended {
            return struck;
        }
    }
}

fn one(chance: &mut fastrand::Rng) -> String {
    let kinds: Vec<&str> = Faults::kinds().collect();
    let kind = kinds[chance.usize(..kinds.len())];
    let service = SERVICES[chance.usize(..SERVICES.len())];
    let account = ACCOUNTS[chance.usize(..ACCOUNTS.len())];
    // Those that hold up a target for long, or send very much, strike one call of a target.
    let times = match kind {
        "hang" | "huge" => 1,
        _ => chance.u32(1..=5),
    };
    if chance.bool() {
        format!("{kind}@{service}//{account}:{times}")
    } else {
        format!("{kind}@{service}:{times}")
    }
}
