//! What tells lists apart.

use crate::accounts::Account;
use crate::target::Target;
use catalog::Source;
use std::hash::{Hash, Hasher};
use std::ptr;
use std::sync::Arc;

/// The whole request that a list is the answer to, typed: never a text, so that nothing in a name can make two requests one.
///
/// * The account itself, not its id: its keys, endpoints and listed ids never change, and an account with others is another account. As long as
///   the key lives, so does it, and nothing else can be at its place.
/// * The source itself, and with it operation, version, parameters and page size: constants of the catalogue.
/// * The region, the one thing of a target that is a text.
#[derive(Clone, Debug)]
pub struct Key {
    account: Arc<Account>,
    source: &'static Source,
    region: String,
}

impl Key {
    /// That of a target's list.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        // No field of a target may be left out.
        let Target {
            account,
            source,
            region,
        } = target;
        Self {
            account: Arc::clone(account),
            source,
            region: region.clone(),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.account, &other.account) && ptr::eq(self.source, other.source) && self.region == other.region
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.account).hash(state);
        ptr::hash(self.source, state);
        self.region.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use crate::ask::fake::{Cloud as Fake, json};
    use crate::ask::{Client, Limits};
    use crate::clock::Ambient;
    use crate::crawl::{GoneError, Page, PageSink, walk};
    use crate::credentials::{FixedKeys, Keys};
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;
    use sign::Secret;
    use std::collections::BTreeMap;
    use std::hash::DefaultHasher;
    use std::sync::LazyLock;

    struct Nowhere;

    impl PageSink for Nowhere {
        async fn page(&self, _: Page) -> Result<(), GoneError> {
            Ok(())
        }
    }

    /// Accounts that differ in one thing each, most under the same id.
    static ACCOUNTS: LazyLock<Vec<Arc<Account>>> = LazyLock::new(|| {
        let plain = || account(catalog::Cloud::ALIBABA);
        let key = |id: &str| {
            FixedKeys::new(Keys {
                id: id.into(),
                secret: Secret::new("hunter2"),
                token: None,
            })
        };
        let accounts = vec![
            plain(),
            Account {
                credentials: key("other"),
                ..plain()
            },
            Account {
                endpoints: ["oos", "cs", "sas"]
                    .map(|service| (service.to_owned(), "https://elsewhere".to_owned()))
                    .into(),
                ..plain()
            },
            Account {
                credentials: key("fourth"),
                listed: BTreeMap::from([("clusters", vec!["c1".to_owned()])]),
                ..plain()
            },
            Account {
                id: "alibaba-tes".to_owned(),
                credentials: key("third"),
                ..plain()
            },
        ];
        accounts.into_iter().map(Arc::new).collect()
    });

    /// All lists of one vendor.
    static SOURCES: LazyLock<Vec<&'static Source>> = LazyLock::new(|| {
        let of_alibaba = |source: &&&'static Source| source.cloud() == catalog::Cloud::ALIBABA;
        catalog::SOURCES.iter().filter(of_alibaba).copied().collect()
    });

    fn hash(key: &Key) -> u64 {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        hasher.finish()
    }

    /// Everything that is sent for a target: host, path, query, body, and with whose key.
    async fn asked(target: &Target) -> Vec<String> {
        let cloud = Fake::new(|_| {
            json(&json!({
                "InstancePatchStates": [], "plans": [], "Data": [], "PageInfo": {"TotalCount": 0},
                "clusters": [{"cluster_id": "c9", "region_id": "cn-beijing"}]
            }))
        });
        let client = Client::new(
            Arc::new(cloud.clone()),
            Limits::default(),
            Ambient::new(|| std::time::UNIX_EPOCH, || 0.0, || 1),
        );
        _ = walk(&client, target, &Nowhere).await;
        let text = |asked: &crate::ask::fake::Asked| {
            let signed = asked.header("authorization").unwrap_or_default();
            format!("{} {signed} {:?}", asked.0.uri(), asked.0.body())
        };
        let mut all: Vec<String> = cloud.requests().iter().map(text).collect();
        all.sort();
        all
    }

    fn target() -> impl Strategy<Value = Target> {
        let accounts = select(ACCOUNTS.clone());
        let regions = select(vec!["cn-beijing", "cn-beijing-1", "ap-southeast-1"]);
        (accounts, select(SOURCES.clone()), regions).prop_map(|(account, source, region)| Target {
            account,
            source,
            region: region.to_owned(),
        })
    }

    proptest! {
        /// The key is as fine as what is sent, and no finer than the request.
        #[test]
        fn two_keys_are_one_where_the_requests_are(one in target(), other in target()) {
            let (a, b) = (Key::of(&one), Key::of(&other));
            let same = Arc::ptr_eq(&one.account, &other.account)
                && one.source.id == other.source.id
                && one.region == other.region;
            prop_assert_eq!(a == b, same);
            prop_assert!(a != b || hash(&a) == hash(&b));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
            let (first, second) = runtime.block_on(async { (asked(&one).await, asked(&other).await) });
            if a == b {
                prop_assert_eq!(first, second);
            } else if one.source.fan_out.is_none() {
                prop_assert!(!first.is_empty());
                prop_assert_ne!(first, second);
            }
        }
    }
}
