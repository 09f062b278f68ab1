//! Many accounts at once: what a directory lists, on simulated clouds.

use crate::binary::{run, write};
use crate::proxy::{Stream, browser};
use demo_clouds::{Cloud, DemoClouds, DemoMember, Faults, Options};
use serde_json::Value;
use signalbox::account_sets::AccountSet;
use signalbox::ask::{Client, Limits, transport};
use signalbox::auth::header::TrustedHeader;
use signalbox::auth::{Configured, SignIn};
use signalbox::clock::Ambient;
use signalbox::config::{self, Environment};
use signalbox::grants::{Grant, Holders, Pattern};
use signalbox::http::routes::router;
use signalbox::http::state::{App, Settings};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The configuration of one set whose directory the first account of a cloud manages, with more lines of `discover`.
pub(crate) fn of_set(clouds: &DemoClouds, cloud: Cloud, discover: &str) -> String {
    let name = cloud.as_str();
    let services = clouds.endpoints().filter_map(|(service, url)| {
        let (of, service) = service.split_once('.')?;
        (of == name && !["broker", "pods"].contains(&service)).then(|| format!("{service} = {url:?}"))
    });
    let endpoints = services.collect::<Vec<_>>().join(", ");
    let (regions, kind) = match cloud {
        Cloud::Alibaba => (
            "[\"cn-hangzhou\"]",
            "kind = \"resource-directory\"\nrole = \"signalbox-reader\"",
        ),
        Cloud::Huawei => (
            "[\"cn-north-4\"]",
            "kind = \"organization\"\nagency = \"signalbox-reader\"",
        ),
    };
    format!(
        "[[account]]\nid = \"corp\"\ncloud = {name:?}\nregions = {regions}\ncredentials = {{ from = \"env\" }}\nendpoints = {{ {endpoints} }}\n\
         team = \"nobody\"\n[account.discover]\n{kind}\n{discover}\n"
    )
}

/// The keys of the first account of a cloud, as the environment has them.
fn keys(clouds: &DemoClouds, cloud: Cloud) -> Vec<(&'static str, String)> {
    let mut accounts = clouds.accounts().iter();
    let account = accounts.find(|account| account.cloud == cloud).unwrap();
    let names = match cloud {
        Cloud::Alibaba => ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        Cloud::Huawei => ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"],
    };
    names
        .into_iter()
        .zip([account.access_key.clone(), account.secret_key.clone()])
        .collect()
}

/// A proxy with a set and what else the configuration says.
struct Served {
    clouds: DemoClouds,
    cloud: Cloud,
    url: String,
    set: Arc<AccountSet>,
    client: Client,
}

impl Served {
    async fn start(clouds: DemoClouds, cloud: Cloud, text: &str, grants: Vec<Grant>) -> Self {
        let keys = keys(&clouds, cloud);
        let environment: Environment = keys.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let vendors = signalbox::vendors::VENDORS;
        let config = config::parse(text, Path::new("/nowhere"), &environment, None, vendors).unwrap();
        let limits = Limits {
            backoff: Duration::from_millis(20),
            ..Limits::default()
        };
        let way = Arc::new(transport::Http::new(&limits).unwrap());
        let client = || Client::new(Arc::clone(&way) as _, limits, Ambient::real());
        let sets: Vec<_> = config.sets.into_iter().map(Arc::new).collect();
        let set = Arc::clone(&sets[0]);
        let sign_in = if grants.is_empty() {
            Configured::None
        } else {
            Configured::Header(TrustedHeader {
                trusted: vec!["127.0.0.0/8".parse().unwrap()],
                user: "x-user".parse().unwrap(),
                groups: None,
                groups_separator: ",".to_owned(),
            })
        };
        let settings = Settings {
            accounts: config.accounts.into_iter().map(Arc::new).collect(),
            sets,
            local: true,
            saved_views: config.views,
            grants: grants.into_iter().collect(),
            sign_in: Arc::new(SignIn::new(sign_in, Arc::clone(&way) as _, Ambient::real())),
            ..Settings::default()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = router(Arc::new(App::new(settings, client())));
        tokio::spawn(async move {
            let service = service.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.unwrap();
        });
        Self {
            clouds,
            cloud,
            url,
            set,
            client: client(),
        }
    }

    /// A set and nothing else, which everybody may read.
    async fn of(cloud: Cloud, discover: &str, options: Options) -> Self {
        let clouds = demo_clouds::start(options).await.unwrap();
        let text = of_set(&clouds, cloud, discover);
        Self::start(clouds, cloud, &text, Vec::new()).await
    }

    /// Waits until the directory has told all, or has failed.
    async fn asked(&self) {
        let start = Instant::now();
        while self.set.whole().is_none() && self.set.gap().is_none() {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "nobody has asked the directory"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn get(&self, path: &str, user: &str) -> String {
        let request = browser().get(format!("{}{path}", self.url)).header("x-user", user);
        request.send().await.unwrap().text().await.unwrap()
    }

    async fn catalog(&self, user: &str) -> Vec<Value> {
        let catalog: Value = serde_json::from_str(&self.get("/api/v1/catalog", user).await).unwrap();
        catalog["accounts"].as_array().cloned().unwrap_or_default()
    }

    async fn rows(&self, path: &str) -> Stream {
        let stream = Stream::read(&self.get(&format!("/api/v1/rows/{path}"), "").await);
        stream.is_sound();
        stream
    }

    /// What the set calls the account with a name.
    fn id(&self, name: &str) -> String {
        let members = self.clouds.members(self.cloud);
        let member = members.iter().find(|member| member.name == name).unwrap();
        format!("corp-{}", member.id)
    }
}

fn few() -> Options {
    Options {
        rows: 100,
        ..Options::default()
    }
}

#[tokio::test]
async fn members_are_accounts_with_labels_and_one_that_lets_nobody_in_costs_itself() {
    for (cloud, table, region, names) in [
        (Cloud::Alibaba, "patches", "cn-hangzhou", ["prod-cn", "staging-cn"]),
        (Cloud::Huawei, "operations", "cn-north-4", ["prod-hw", "prod-hw"]),
    ] {
        let served = Served::of(cloud, "", few()).await;
        served.asked().await;
        assert_eq!(served.set.gap(), None);
        let accounts = served.catalog("").await;
        // All but the one that is no member any more.
        assert_eq!(accounts.len(), served.clouds.members(cloud).len() - 1, "{accounts:?}");
        let labels = |name: &str| {
            let id = served.id(name);
            let account = accounts.iter().find(|account| account["id"] == *id).unwrap();
            [&account["env"], &account["team"]].map(|label| label.as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(labels(names[0]), ["prod", "payments"]);
        assert_eq!(labels("vault"), ["prod", "nobody"]);

        let stream = served.rows(table).await;
        for name in names {
            let target = format!("{}/{region}", served.id(name));
            assert!(stream.done(&target)["rows"].as_u64().unwrap() > 0, "{name}");
        }
        let told = stream.error(&format!("{}/{region}", served.id("vault")));
        assert_eq!(
            (told["code"].as_str(), told["status"].is_null()),
            (Some("Credentials"), true),
            "{told}"
        );
        let target = &stream.lines[0]["targets"]
            [usize::try_from(stream.target(&format!("{}/{region}", served.id(names[0])))).unwrap()];
        assert_eq!(
            (target["env"].as_str(), target["team"].as_str()),
            (Some("prod"), Some("payments"))
        );
        assert_eq!(target["unlisted"], Value::Null);
        // Its session is called by the member, its rows carry its labels, and a view of them is one.
        let query = "env=prod&team=payments&cols=account,env,team";
        let csv = served.get(&format!("/api/v1/export/{table}.csv?{query}"), "").await;
        let lines: Vec<_> = csv.lines().skip(1).collect();
        let own = format!("{},prod,payments", served.id(names[0]));
        assert!(!lines.is_empty() && lines.iter().all(|line| *line == own), "{csv}");
    }
}

#[tokio::test]
async fn a_directory_of_many_pages_is_read_to_its_end() {
    for cloud in [Cloud::Alibaba, Cloud::Huawei] {
        let clouds = demo_clouds::start(few()).await.unwrap();
        let many = (0..450)
            .map(|number| DemoMember::new(cloud, format!("1{number:015}"), format!("m{number}")).tagged("env", "x"));
        clouds.enrol(cloud, many.collect());
        let text = of_set(&clouds, cloud, "");
        let served = Served::start(clouds, cloud, &text, Vec::new()).await;
        served.asked().await;
        assert_eq!(served.set.gap(), None);
        let accounts = served.catalog("").await;
        let ids: HashSet<_> = accounts.iter().map(|account| account["id"].to_string()).collect();
        assert_eq!((accounts.len(), ids.len()), (450, 450));
        assert!(accounts.iter().all(|account| account["env"] == "x"));
    }
}

#[tokio::test]
async fn a_directory_that_is_down_at_the_start_is_told_and_costs_nobody_else() {
    let clouds = demo_clouds::start(few()).await.unwrap();
    clouds.strike_with(Faults::parse("deny@resourcedirectory:always").unwrap());
    let own = of_set(&clouds, Cloud::Alibaba, "")
        .replace("\"corp\"", "\"own\"")
        .split("[account.discover]")
        .next()
        .unwrap()
        .to_owned();
    let text = format!("{own}\n{}", of_set(&clouds, Cloud::Alibaba, ""));
    let served = Served::start(clouds, Cloud::Alibaba, &text, Vec::new()).await;
    served.asked().await;
    let stream = served.rows("patches").await;
    assert!(stream.done("own/cn-hangzhou")["rows"].as_u64().unwrap() > 0);
    let told = stream.error("corp/cn-hangzhou");
    assert_eq!(told["code"], "Credentials");
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("resource-directory of corp could not be read (NoPermission)"),
        "{told}"
    );
    assert_eq!(told["advice"], "needs resourcemanager:ListAccounts");
    assert_eq!(
        stream.lines[0]["targets"][usize::try_from(stream.target("corp/cn-hangzhou")).unwrap()]["unlisted"],
        true
    );
    // Whatever is asked of accounts and labels, it may be a member's; what is asked of the region holds for them, too.
    for query in ["account=corp-1234", "account=corp", "account=own,corp-9"] {
        assert_eq!(
            served.rows(&format!("patches?{query}")).await.kind("failed").len(),
            1,
            "{query}"
        );
    }
    assert_eq!(served.rows("patches?account=own").await.kind("failed").len(), 0);
    for (query, status, whole) in [
        ("account=corp-1234", 502, false),
        ("env=prod", 502, false),
        ("account=own,corp-1", 200, false),
        ("region=cn-beijing", 200, true),
    ] {
        let url = format!("{}/api/v1/export/patches.csv?{query}", served.url);
        let answer = browser().get(url).send().await.unwrap();
        assert_eq!(answer.status(), status, "{query}");
        let name = answer.headers().get("content-disposition");
        let said = name.is_some_and(|name| !name.to_str().unwrap().contains("-incomplete"));
        assert_eq!(said, whole, "{query}: {name:?}");
    }
    // It comes back, and so do its members.
    served.clouds.strike_with(Faults::default());
    served.set.refresh(&served.client).await;
    let stream = served.rows("patches").await;
    assert!(stream.kind("failed").len() == 1, "only the vault fails");
    assert!(
        stream.done(&format!("{}/cn-hangzhou", served.id("staging-cn")))["rows"]
            .as_u64()
            .unwrap()
            > 0
    );
}

#[tokio::test]
async fn members_outlive_an_outage_of_their_directory_and_leave_when_it_says_so() {
    let served = Served::of(Cloud::Alibaba, "except = [\"vault\"]", few()).await;
    served.asked().await;
    let before = served.set.accounts();
    assert_eq!(before.len(), 3);
    for fault in ["deny", "not-json", "redirect", "loop-token"] {
        served
            .clouds
            .strike_with(Faults::parse(&format!("{fault}@resourcedirectory:always")).unwrap());
        served.set.refresh(&served.client).await;
        assert!(served.set.gap().is_some(), "{fault}");
        let after = served.set.accounts();
        assert!(
            before
                .iter()
                .zip(after.iter())
                .all(|(one, other)| Arc::ptr_eq(one, other)),
            "{fault}"
        );
        assert_eq!(served.rows("patches").await.kind("failed").len(), 0, "{fault}");
        served.clouds.strike_with(Faults::default());
        served.set.refresh(&served.client).await;
        assert_eq!(served.set.gap(), None, "{fault}");
    }
    // One that only wants to be asked later is.
    served
        .clouds
        .strike_with(Faults::parse("throttle@resourcedirectory:2").unwrap());
    served.set.refresh(&served.client).await;
    assert_eq!(served.set.gap(), None);
    let gone = served.id("staging-cn");
    let mut members = served.clouds.members(Cloud::Alibaba);
    members.retain(|member| member.name != "staging-cn");
    members.push(DemoMember::new(Cloud::Alibaba, "1999999999999999", "newcomer"));
    served.clouds.enrol(Cloud::Alibaba, members);
    assert_eq!(served.set.refresh(&served.client).await, (1, 1));
    let ids: Vec<_> = served
        .catalog("")
        .await
        .iter()
        .map(|account| account["id"].to_string())
        .collect();
    assert!(
        !ids.contains(&format!("{gone:?}")) && ids.contains(&"\"corp-1999999999999999\"".to_owned()),
        "{ids:?}"
    );
    let stays = served.set.accounts();
    assert!(Arc::ptr_eq(&before[0], &stays[0]));
}

#[tokio::test]
async fn an_account_of_the_configuration_stands_in_the_place_of_a_member() {
    let clouds = demo_clouds::start(few()).await.unwrap();
    let id = format!("corp-{}", clouds.members(Cloud::Alibaba)[0].id);
    let set = of_set(&clouds, Cloud::Alibaba, "");
    let own = set.replace("\"corp\"", &format!("{id:?}"));
    let own = own.split("[account.discover]").next().unwrap();
    let served = Served::start(clouds, Cloud::Alibaba, &format!("{own}\n{set}"), Vec::new()).await;
    served.asked().await;
    let accounts = served.catalog("").await;
    let named: Vec<_> = accounts.iter().filter(|account| account["id"] == *id).collect();
    assert_eq!((named.len(), &named[0]["team"]), (1, &Value::from("nobody")));
    assert_eq!(served.set.taken(), 1);
}

#[tokio::test]
async fn grants_name_members_by_their_ids_and_nobody_is_told_of_others() {
    let grant = |user: &str, account: &str| Grant {
        holders: Holders::Named {
            groups: HashSet::new(),
            users: HashSet::from([user.to_owned()]),
        },
        accounts: vec![Pattern::new(account)],
        tables: vec![Pattern::new("*")],
    };
    let clouds = demo_clouds::start(few()).await.unwrap();
    clouds.strike_with(Faults::parse("deny@resourcedirectory:always").unwrap());
    let view = |name: &str| format!("[[view]]\nname = {name:?}\nquery = \"/patches?account=corp-{name}\"\n");
    let set = of_set(&clouds, Cloud::Alibaba, "named_by = \"name\"");
    let text = [set, view("prod-cn"), view("staging-cn")].concat();
    let grants = vec![
        grant("ann", "corp-prod-*"),
        grant("bob", "other-*"),
        grant("cy", "corp"),
    ];
    let served = Served::start(clouds, Cloud::Alibaba, &text, grants).await;
    served.asked().await;
    // A view that names somebody's account is theirs, whether the account is known yet or not.
    let views = async || {
        let catalog: Value = serde_json::from_str(&served.get("/api/v1/catalog", "ann").await).unwrap();
        let views = catalog["views"].as_array().cloned().unwrap_or_default();
        views.iter().map(|view| view["name"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(views().await, ["\"prod-cn\""]);
    // While nobody knows them, whoever might read one is told so, and nobody else.
    assert!(
        served
            .get("/api/v1/rows/patches", "ann")
            .await
            .contains("could not be read")
    );
    for stranger in ["bob", "cy"] {
        let told = served.get("/api/v1/rows/patches", stranger).await;
        assert!(
            told.contains("no grant lets you read") && !told.contains("corp"),
            "{told}"
        );
    }
    served.clouds.strike_with(Faults::default());
    served.set.refresh(&served.client).await;
    let ids: Vec<_> = served
        .catalog("ann")
        .await
        .iter()
        .map(|account| account["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"corp-prod-cn\"", "\"corp-prod-intl\""]);
    assert_eq!(views().await, ["\"prod-cn\""]);
    let told = served.get("/api/v1/rows/patches", "ann").await;
    assert!(!told.contains("staging") && !told.contains("vault"), "{told}");
    for stranger in ["bob", "cy"] {
        assert!(served.catalog(stranger).await.is_empty());
    }
}

#[tokio::test]
async fn check_lists_members_and_says_who_lets_nobody_in() {
    let clouds = demo_clouds::start(few()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), &of_set(&clouds, Cloud::Alibaba, "named_by = \"name\""));
    let keys = keys(&clouds, Cloud::Alibaba);
    let variables: Vec<_> = keys.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (code, out, _) = run(&["check", "--config", &config], &variables).await;
    assert!(code == 0 && out.contains("0 accounts and 1 account sets"), "{out}");
    let (code, out, _) = run(&["check", "--config", &config, "--online"], &variables).await;
    assert!(code == 1 && out.contains("corp: 4 members"), "{out}");
    assert!(out.contains("corp-prod-cn \"prod-cn\" env=prod team=payments"), "{out}");
    assert!(
        out.contains("corp-staging-cn patches alibaba.oos.instance-patch-states cn-hangzhou") || out.contains(": ok, "),
        "{out}"
    );
    assert_eq!(
        out.lines()
            .filter(|line| line.starts_with("corp-vault ") && line.contains(": failed: "))
            .count(),
        3,
        "{out}"
    );
    clouds.strike_with(Faults::parse("deny@resourcedirectory:always").unwrap());
    let (code, out, _) = run(&["check", "--config", &config, "--online"], &variables).await;
    assert!(
        code == 1
            && out.contains("there may be others: NoPermission")
            && out.contains("needs resourcemanager:ListAccounts"),
        "{out}"
    );
}
