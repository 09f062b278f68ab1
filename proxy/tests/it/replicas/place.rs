//! The replicas with all that is around them.

use super::store::{Redis, Way};
use crate::account_sets::of_set;
use crate::binary::{config_for, first_line, signal, signalbox};
use crate::fronts::place::program;
use crate::fronts::product::free;
use crate::oidc::Browser;
use crate::proxy::browser_to_be;
use demo_clouds::{Cloud, DemoClouds, Faults, Options};
use demo_provider::DemoProvider;
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::Value;
use signalbox::auth::oidc::session::COOKIE;
use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const SECRET: &str = "5f0c1fbc4a0e4b1e9a5d";

/// How a place is set up.
pub(crate) struct Wanted {
    /// Whether people sign in; else everybody may read everything.
    pub(crate) people: bool,
    pub(crate) rows: usize,
    pub(crate) faults: &'static str,
    /// Whether the way to the store is encrypted.
    pub(crate) encrypted: bool,
    /// Whether there is a set of accounts, `corp`, besides.
    pub(crate) set: bool,
    /// How long commands of the store may take; none for what is usual. Where a test is not about a store that is slow, a machine that does much else must not
    /// make it one.
    pub(crate) timeout: Option<&'static str>,
    /// More of the configuration.
    pub(crate) more: String,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            people: false,
            rows: 300,
            faults: "",
            encrypted: false,
            set: false,
            timeout: Some("10s"),
            more: String::new(),
        }
    }
}

/// Everything that runs. Dropped, it ends.
pub(crate) struct Place {
    pub(crate) redis: Redis,
    pub(crate) way: Way,
    pub(crate) clouds: DemoClouds,
    pub(crate) provider: Option<DemoProvider>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) front: String,
    pub(crate) http: reqwest::Client,
    _folder: TempDir,
    _nginx: Child,
}

/// One process of the program.
pub(crate) struct Replica {
    address: SocketAddr,
    metrics: SocketAddr,
    config: String,
    log: String,
    running: Option<Child>,
}

impl Place {
    /// Nothing, where Redis or nginx are missing.
    pub(crate) async fn new(wanted: Wanted) -> Option<Self> {
        let nginx = program("nginx", "SIGNALBOX_NGINX")?;
        let redis = Redis::new(wanted.encrypted).await?;
        // Replicas close what is idle, perhaps while a test computes and does not see it.
        let http = browser_to_be().pool_max_idle_per_host(0).build().unwrap();
        let way = Way::to(&redis);
        let clouds = demo_clouds::start(Options {
            rows: wanted.rows,
            faults: Faults::parse(wanted.faults).unwrap(),
            pause: Duration::from_millis(2),
            ..Options::default()
        });
        let clouds = clouds.await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let front = free();
        let url = format!("http://{front}");
        let provider = if wanted.people {
            Some(provider(&url).await)
        } else {
            None
        };
        let mut replicas: Vec<_> = (0..3)
            .map(|number| Replica::at(number, &folder, &wanted, &url, provider.as_ref(), &clouds))
            .collect();
        for replica in &mut replicas {
            replica.start(&clouds, &redis, &way).await;
        }
        let nginx = start_nginx(&nginx, &folder, front, &replicas).await;
        Some(Self {
            redis,
            way,
            clouds,
            provider,
            replicas,
            front: url,
            http,
            _folder: folder,
            _nginx: nginx,
        })
    }

    /// Starts a replica that was killed.
    pub(crate) async fn start(&mut self, number: usize) {
        self.replicas[number].start(&self.clouds, &self.redis, &self.way).await;
    }

    /// Asks one replica, past the front, as the front would.
    pub(crate) fn ask(&self, replica: usize, path: &str) -> reqwest::RequestBuilder {
        self.request(replica, Method::GET, path)
    }

    /// The same by another method.
    pub(crate) fn request(&self, replica: usize, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.replicas[replica].address);
        let host = self.front.trim_start_matches("http://");
        self.http.request(method, url).header("host", host)
    }

    /// Whether somebody is signed in, by each replica that runs.
    pub(crate) async fn statuses(&self, browser: &Browser) -> Vec<u16> {
        let cookie = browser.cookie(COOKIE).cloned().unwrap_or_default();
        let mut statuses = Vec::new();
        for (number, replica) in self.replicas.iter().enumerate() {
            if replica.running.is_some() {
                let asked = self.ask(number, "/api/v1/session");
                let asked = asked.header("cookie", format!("{COOKIE}={cookie}"));
                statuses.push(asked.send().await.unwrap().status().as_u16());
            }
        }
        statuses
    }

    /// Waits until all replicas say the same of somebody.
    pub(crate) async fn until(&self, browser: &Browser, status: u16, most: Duration) {
        let start = Instant::now();
        loop {
            let said = self.statuses(browser).await;
            if said.iter().all(|&said| said == status) {
                return;
            }
            assert!(start.elapsed() < most, "{said:?} after {:?}", start.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A number of a replica's metrics, by its name with labels; 0 where it is not there.
    pub(crate) async fn metric(&self, replica: usize, name: &str) -> f64 {
        let url = format!("http://{}/metrics", self.replicas[replica].metrics);
        let text = self.http.get(url).send().await.unwrap().text().await.unwrap();
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.map_or(0.0, |number| number.parse().unwrap())
    }

    /// The same of all replicas that run.
    pub(crate) async fn metrics(&self, name: &str) -> f64 {
        let mut sum = 0.0;
        for (number, replica) in self.replicas.iter().enumerate() {
            if replica.running.is_some() {
                sum += self.metric(number, name).await;
            }
        }
        sum
    }

    /// Waits until so many replicas have a store that answers.
    pub(crate) async fn until_up(&self, wanted: f64) {
        let start = Instant::now();
        while (self.metrics("signalbox_store_up").await - wanted).abs() > 0.1 {
            assert!(start.elapsed() < PATIENCE, "{}", self.logs());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nobody has a lease any more.
    pub(crate) async fn until_idle(&self) {
        let start = Instant::now();
        while self.redis.ask("KEYS *").await.unwrap().contains(":lease") {
            assert!(start.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What `check --online` says of the configuration of a replica.
    pub(crate) async fn check(&self, replica: usize) -> String {
        let mut command = self.replicas[replica].command("check", &self.clouds, &self.redis, &self.way);
        let checked = command.arg("--online").output().await.unwrap();
        String::from_utf8(checked.stdout).unwrap()
    }

    /// What all replicas have said.
    pub(crate) fn logs(&self) -> String {
        (0..self.replicas.len()).map(|number| self.log(number)).collect()
    }

    /// What one has said.
    pub(crate) fn log(&self, replica: usize) -> String {
        fs::read_to_string(&self.replicas[replica].log).unwrap()
    }

    /// Waits until a replica has said something.
    pub(crate) async fn until_said(&self, replica: usize, what: &str) {
        let start = Instant::now();
        while !self.log(replica).contains(what) {
            assert!(start.elapsed() < PATIENCE, "{what}: {}", self.log(replica));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Replica {
    fn at(
        number: usize,
        folder: &TempDir,
        wanted: &Wanted,
        url: &str,
        provider: Option<&DemoProvider>,
        clouds: &DemoClouds,
    ) -> Self {
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
        let secret = shown["credentials"]["alibaba"]["access_key_secret"].as_str().unwrap();
        file("secret", secret);
        let key = file("key", &"5a".repeat(64));
        let oidc = file("oidc", SECRET);
        let people = provider.map_or_else(String::new, |provider| {
            format!(
                "[auth]\nmode = \"oidc\"\n[auth.oidc]\nissuer = {:?}\nclient_id = \"signalbox\"\n\
                 client_secret = {{ file = {oidc:?} }}\nsession_keys = [{{ file = {key:?} }}]\n\
                 [[grant]]\ngroups = [\"platform\"]\naccounts = [\"*\"]\ntables = [\"*\"]\n",
                provider.issuer()
            )
        });
        let keys = if wanted.people {
            String::new()
        } else {
            format!("keys = [{{ file = {key:?} }}]\n")
        };
        let timeout = wanted.timeout.map(|timeout| format!("timeout = {timeout:?}\n"));
        let timeout = timeout.unwrap_or_default();
        let set = wanted.set.then(|| of_set(clouds, Cloud::Huawei, ""));
        let (address, metrics) = (free(), free());
        let text = format!(
            "listen = \"{address}\"\nmetrics = \"{metrics}\"\npublic_url = {url:?}\n{people}\
             [store]\nredis = {{ env = \"REDIS_URL\" }}\n{timeout}{keys}{}\n{}\n{}",
            wanted.more,
            config_for(&shown),
            set.unwrap_or_default()
        );
        Self {
            address,
            metrics,
            config: file(&format!("replica-{number}.toml"), &text),
            log: file(&format!("replica-{number}.log"), ""),
            running: None,
        }
    }

    /// A command of the program with its configuration.
    fn command(&self, name: &str, clouds: &DemoClouds, redis: &Redis, way: &Way) -> Command {
        let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
        let credentials = &shown["credentials"];
        let mut command = signalbox(&[name, "--config", &self.config]);
        command
            .env("ID", credentials["alibaba"]["access_key_id"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_AK", credentials["huawei"]["ak"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_SK", credentials["huawei"]["sk"].as_str().unwrap())
            .env("REDIS_URL", way.url());
        if let Some(authorities) = redis.authorities() {
            command.env("SSL_CERT_FILE", authorities);
        }
        command
    }

    async fn start(&mut self, clouds: &DemoClouds, redis: &Redis, way: &Way) {
        let log = fs::OpenOptions::new().append(true).open(&self.log).unwrap();
        let mut command = self.command("serve", clouds, redis, way);
        let mut child = command.stderr(log).spawn().unwrap();
        first_line(&mut child).await;
        self.running = Some(child);
    }

    /// Lets its configuration say something else, from its next start on.
    pub(crate) fn say(&self, from: &str, to: &str) {
        let text = fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(from));
        fs::write(&self.config, text.replacen(from, to, 1)).unwrap();
    }

    /// Ends it as the machine would: without a word.
    pub(crate) async fn kill(&mut self) {
        let mut running = self.running.take().unwrap();
        signal(&running, Signal::SIGKILL);
        running.wait().await.unwrap();
    }
}

async fn provider(url: &str) -> DemoProvider {
    let provider = demo_provider::start(demo_provider::Options::default()).await.unwrap();
    provider.register(demo_provider::Client::at(url, "signalbox", SECRET));
    provider
}

/// As `docs/operations.md` has it for several replicas: each takes its turn, whoever asks.
async fn start_nginx(program: &std::path::Path, folder: &TempDir, front: SocketAddr, replicas: &[Replica]) -> Child {
    let servers: String = replicas
        .iter()
        .map(|replica| format!("server {};\n", replica.address))
        .collect();
    let kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let kept: String = kept.iter().map(|name| format!("{name}_temp_path {name};\n")).collect();
    let text = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\n\
         worker_rlimit_nofile 8192;\nevents {{ worker_connections 4096; }}\nhttp {{\naccess_log off;\n{kept}\
         upstream replicas {{\n{servers}}}\n\
         server {{\nlisten {front};\nlocation / {{\nproxy_pass http://replicas;\nproxy_http_version 1.1;\n\
         proxy_set_header Host $http_host;\nproxy_buffering off;\n}}\n}}\n}}\n"
    );
    let file = folder.path().join("nginx.conf");
    fs::write(&file, text).unwrap();
    let child = Command::new(program)
        .args(["-e", "stderr", "-p"])
        .arg(folder.path())
        .arg("-c")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("nginx.log")).unwrap())
        .kill_on_drop(true)
        .spawn();
    let start = Instant::now();
    while TcpStream::connect(front).await.is_err() {
        assert!(start.elapsed() < PATIENCE, "nginx does not answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.unwrap()
}
