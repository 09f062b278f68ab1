//! A front with Signalbox behind it, set up by the blocks of `docs/fronts.md`: only addresses, ports and files are others.

use super::sign_in::SignIn;
use crate::binary::{config_for, first_line, signalbox};
use crate::oidc::Browser;
use demo_clouds::{DemoClouds, Faults};
use demo_provider::DemoProvider;
use reqwest::{Certificate, Client as Http, ClientBuilder};
use serde_json::Value;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// The name under which people reach it.
pub(crate) const NAME: &str = "ops.example.com";
/// An address of this host that no configuration names.
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const SECRET: &str = "5f0c1fbc4a0e4b1e9a5d";
const GRANT: &str = "\n[[grant]]\ngroups = [\"platform\"]\naccounts = [\"*\"]\ntables = [\"*\"]\n";

/// The fronts that are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Haproxy,
    Caddy,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Nginx, Self::Haproxy, Self::Caddy];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Caddy => "caddy",
        }
    }

    /// Where the program is. Says that its tests are skipped where there is none.
    fn program(self) -> Option<PathBuf> {
        let variable = format!("SIGNALBOX_{}", self.name().to_uppercase());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
        let found = std::env::var_os(&variable).map(PathBuf::from);
        let found = found.or_else(|| {
            folders
                .map(|folder| folder.join(self.name()))
                .find(|file| file.is_file())
        });
        if found.is_none() {
            eprintln!(
                "skipped behind {}: {variable} is not set; `cargo xtask test` sets it up",
                self.name()
            );
        }
        found
    }
}

/// A block of the document as it stands there.
fn block(language: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/fronts.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(&format!("```{language} front={name}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// Puts others in the place of addresses, ports and files, each of which must be there.
fn with(text: &str, others: &[(&str, String)]) -> String {
    others.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in\n{text}");
        text.replace(from, to)
    })
}

fn free() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Everything that runs. Dropped, it ends.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) clouds: DemoClouds,
    pub(crate) front: SocketAddr,
    pub(crate) signalbox: SocketAddr,
    /// The front's, for clients.
    pub(crate) certificate: String,
    pub(crate) sign_in: Option<SignIn>,
    _provider: Option<DemoProvider>,
    _programs: [Child; 2],
    folder: TempDir,
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

impl Place {
    /// Sets it up; nothing, where there is no such front.
    pub(crate) async fn new(kind: Kind, wanted: Wanted) -> Option<Self> {
        let program = kind.program()?;
        let folder = tempfile::tempdir().unwrap();
        let clouds = demo_clouds::start(demo_clouds::Options {
            rows: wanted.rows.max(60),
            faults: Faults::parse(wanted.faults).unwrap(),
            pause: Duration::from_millis(2),
            ..demo_clouds::Options::default()
        });
        let clouds = clouds.await.unwrap();
        let (front, signalbox) = (free(), free());
        let provider = match kind {
            Kind::Nginx => None,
            Kind::Haproxy | Kind::Caddy => Some(provider().await),
        };
        let text = configuration(kind, &folder, signalbox, provider.as_ref());
        let text: String = text
            .lines()
            .filter(|line| wanted.without.is_empty() || !line.starts_with(wanted.without))
            .map(|line| format!("{line}\n"))
            .collect();
        let product = product(&folder, &clouds, &[text, wanted.more].concat()).await;

        let certified = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
        let (certificate, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
        let sign_in = match kind {
            Kind::Nginx => Some(SignIn::start().await),
            Kind::Haproxy | Kind::Caddy => None,
        };
        let mut command = command(
            kind,
            &program,
            &folder,
            &Addresses {
                front,
                signalbox,
                sign_in: sign_in.as_ref().map(|service| service.address),
            },
            &[&certificate, &key],
        );
        let log = folder.path().join("front.log");
        let mut running = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let start = std::time::Instant::now();
        while TcpStream::connect(front).await.is_err() {
            let ended = running.try_wait().unwrap();
            assert!(
                ended.is_none() && start.elapsed() < Duration::from_secs(30),
                "{}: {}",
                kind.name(),
                fs::read_to_string(&log).unwrap()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(Self {
            kind,
            clouds,
            front,
            signalbox,
            certificate,
            sign_in,
            _provider: provider,
            _programs: [product, running],
            folder,
        })
    }

    /// What the front has said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("front.log")).unwrap()
    }

    fn client(&self) -> ClientBuilder {
        // Building the proxy's own first gives it a TLS provider.
        crate::proxy::browser();
        let certificate = Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        Http::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([certificate])
            .resolve(NAME, self.front)
    }

    /// A client that comes by the front.
    pub(crate) fn http(&self) -> Http {
        self.client().build().unwrap()
    }

    /// A browser that comes by the front.
    pub(crate) fn browser(&self) -> Browser {
        Browser::with(&format!("https://{NAME}"), self.http())
    }

    /// A request that comes by the front.
    pub(crate) async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let request = self.http().get(format!("https://{NAME}{path}"));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    }

    /// The same request sent to Signalbox itself, from an address that is not the front's.
    pub(crate) async fn ask_directly(
        &self,
        path: &str,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<reqwest::Response> {
        let http = Http::builder().no_proxy().local_address(ELSEWHERE).build().unwrap();
        let request = http
            .get(format!("http://{}{path}", self.signalbox))
            .header("host", NAME);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await
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
fn configuration(kind: Kind, folder: &TempDir, listen: SocketAddr, provider: Option<&DemoProvider>) -> String {
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
    let name = if kind == Kind::Nginx { "nginx" } else { "plain" };
    with(&block("toml", name), &others) + GRANT
}

/// Signalbox itself, with the accounts of the clouds.
async fn product(folder: &TempDir, clouds: &DemoClouds, text: &str) -> Child {
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

struct Addresses {
    front: SocketAddr,
    signalbox: SocketAddr,
    sign_in: Option<SocketAddr>,
}

/// The front, with its configuration in a folder.
fn command(kind: Kind, program: &Path, folder: &TempDir, at: &Addresses, pair: &[&str; 2]) -> Command {
    let folder = folder.path();
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    };
    let [certificate, key] = pair;
    let mut command = Command::new(program);
    let signalbox = ("10.0.0.5:8080", at.signalbox.to_string());
    let front = ("10.0.0.7:443", at.front.to_string());
    let pem = ("/etc/ssl/ops.example.com.pem", write("front.pem", certificate));
    let key_file = ("/etc/ssl/ops.example.com.key", write("front.key", key));
    match kind {
        Kind::Nginx => {
            let sign_in = ("127.0.0.1:4180", at.sign_in.unwrap().to_string());
            let text = with(&block("nginx", "nginx"), &[signalbox, front, sign_in, pem, key_file]);
            write("signalbox.conf", &text);
            // As distributions include it, but for the places of files.
            let kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let kept: String = kept.iter().map(|name| format!("{name}_temp_path {name};\n")).collect();
            let main = format!(
                "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\nevents {{}}\n\
                 http {{\naccess_log off;\n{kept}include signalbox.conf;\n}}\n"
            );
            let main = write("nginx.conf", &main);
            command.args(["-e", "stderr", "-p"]).arg(folder).args(["-c", &main]);
        }
        Kind::Haproxy => {
            let both = ("/etc/haproxy/ops.example.com.pem", write("both.pem", &pair.concat()));
            let text = with(&block("haproxy", "haproxy"), &[signalbox, front, both]);
            command.args(["-db", "-f", &write("haproxy.cfg", &text)]);
        }
        Kind::Caddy => {
            let others = [
                signalbox,
                ("10.0.0.7", at.front.ip().to_string()),
                ("http_port 80", format!("http_port {}", free().port())),
                ("https_port 443", format!("https_port {}", at.front.port())),
                pem,
                key_file,
            ];
            let text = with(&block("caddy", "caddy"), &others);
            let file = write("Caddyfile", &text);
            command.args(["run", "--adapter", "caddyfile", "--config", &file]);
            for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
                command.env(variable, folder);
            }
        }
    }
    command
}
