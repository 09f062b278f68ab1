//! Signalbox itself, as `docs/fronts.md` configures it behind a front.

use crate::binary::{config_for, first_line, signalbox};
use demo_clouds::{DemoClouds, Faults};
use demo_provider::DemoProvider;
use reqwest::Client as Http;
use serde_json::Value;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::Child;

/// The name under which people reach it.
pub(crate) const NAME: &str = "ops.example.com";
/// An address of this host that no configuration names.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const SECRET: &str = "5f0c1fbc4a0e4b1e9a5d";
const GRANT: &str = "\n[[grant]]\ngroups = [\"platform\"]\naccounts = [\"*\"]\ntables = [\"*\"]\n";

/// Which of the document's configurations.
#[derive(Clone, Copy)]
pub(crate) enum Recipe {
    /// Names come from the front.
    Nginx,
    /// People sign in at a provider.
    Plain,
}

impl Recipe {
    const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Plain => "plain",
        }
    }
}

/// What a place is to be like.
#[derive(Default)]
pub(crate) struct Wanted {
    pub(crate) faults: &'static str,
    pub(crate) rows: usize,
    /// Lines of the configuration that are left out.
    pub(crate) without: &'static str,
    /// More of the configuration.
    pub(crate) more: String,
}

/// Signalbox, what it asks, and where people sign in. Dropped, it ends.
pub(crate) struct Product {
    pub(crate) clouds: DemoClouds,
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
    _provider: Option<DemoProvider>,
    _program: Child,
}

impl Product {
    /// Its front has this host's usual address.
    pub(crate) async fn start(recipe: Recipe, wanted: Wanted) -> Self {
        // Building the proxy's own client first gives those of the tests a TLS provider.
        crate::proxy::browser();
        let folder = tempfile::tempdir().unwrap();
        let clouds = demo_clouds::start(demo_clouds::Options {
            rows: wanted.rows.max(60),
            faults: Faults::parse(wanted.faults).unwrap(),
            pause: Duration::from_millis(2),
            ..demo_clouds::Options::default()
        });
        let clouds = clouds.await.unwrap();
        let address = free();
        let provider = match recipe {
            Recipe::Nginx => None,
            Recipe::Plain => Some(provider().await),
        };
        let text = configuration(recipe, &folder, address, provider.as_ref());
        let text: String = text
            .lines()
            .filter(|line| wanted.without.is_empty() || !line.starts_with(wanted.without))
            .map(|line| format!("{line}\n"))
            .collect();
        let program = run(&folder, &clouds, &[text, wanted.more].concat()).await;
        Self {
            clouds,
            address,
            folder,
            _provider: provider,
            _program: program,
        }
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("signalbox.log")).unwrap()
    }

    /// A request from an address that is not the front's.
    pub(crate) async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Result<reqwest::Response> {
        let http = Http::builder().no_proxy().local_address(ELSEWHERE).build().unwrap();
        let request = http.get(format!("http://{}{path}", self.address)).header("host", NAME);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await
    }
}

/// A block of the document as it stands there.
pub(crate) fn block(language: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fronts.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(&format!("```{language} front={name}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Puts others in the place of addresses, ports and files, each of which must be there.
pub(crate) fn with(text: &str, others: &[(&str, String)]) -> String {
    others.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in\n{text}");
        text.replace(from, to)
    })
}

/// An address that nobody listens at, for a program that is yet to start. Not one of those that the system gives to connections meanwhile.
pub(crate) fn free() -> SocketAddr {
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(fastrand::u16(20_000..30_000)));
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener.local_addr().unwrap();
        }
    }
}

async fn provider() -> DemoProvider {
    let provider = demo_provider::start(demo_provider::Options::default()).await.unwrap();
    provider.register(demo_provider::Client::at(
        &format!("https://{NAME}"),
        "signalbox",
        SECRET,
    ));
    provider
}

/// The configuration of Signalbox, up to what every one needs.
fn configuration(recipe: Recipe, folder: &TempDir, listen: SocketAddr, provider: Option<&DemoProvider>) -> String {
    let mut others = vec![
        ("10.0.0.5:8080", listen.to_string()),
        ("10.0.0.7", Ipv4Addr::LOCALHOST.to_string()),
    ];
    if let Some(provider) = provider {
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        others.push(("https://idp.example.com", provider.issuer()));
        others.push(("/run/secrets/oidc", file("oidc", SECRET)));
        others.push(("/run/secrets/session", file("session", &"ab".repeat(64))));
    }
    with(&block("toml", recipe.name()), &others) + GRANT
}

/// The program, with the accounts of the clouds.
async fn run(folder: &TempDir, clouds: &DemoClouds, text: &str) -> Child {
    let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
    let credentials = &shown["credentials"];
    let text = format!("{text}\n{}", config_for(&shown));
    let (config, secret) = (folder.path().join("signalbox.toml"), folder.path().join("secret"));
    fs::write(&config, text).unwrap();
    fs::write(secret, credentials["alibaba"]["access_key_secret"].as_str().unwrap()).unwrap();
    let mut product = signalbox(&["serve", "--config", config.to_str().unwrap()])
        .env("ID", credentials["alibaba"]["access_key_id"].as_str().unwrap())
        .env("HUAWEICLOUD_SDK_AK", credentials["huawei"]["ak"].as_str().unwrap())
        .env("HUAWEICLOUD_SDK_SK", credentials["huawei"]["sk"].as_str().unwrap())
        .stderr(fs::File::create(folder.path().join("signalbox.log")).unwrap())
        .spawn()
        .unwrap();
    first_line(&mut product).await;
    product
}
