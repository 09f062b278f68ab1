//! A front with Signalbox behind it, set up by the blocks of `docs/fronts.md`: only addresses, ports and files are others.

use super::product::{NAME, Product, Recipe, Wanted, block, free, with};
use super::sign_in::SignIn;
use crate::oidc::Browser;
use reqwest::{Certificate, Client as Http};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// The fronts that are tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    /// nginx as `deploy/nginx` has it: it only passes on.
    Deployed,
    Haproxy,
    Caddy,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Nginx, Self::Deployed, Self::Haproxy, Self::Caddy];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nginx | Self::Deployed => "nginx",
            Self::Haproxy => "haproxy",
            Self::Caddy => "caddy",
        }
    }

    /// Where the program is. Says that its tests are skipped where there is none.
    fn program(self) -> Option<PathBuf> {
        program(self.name(), &format!("SIGNALBOX_{}", self.name().to_uppercase()))
    }
}

/// Where a program is that tests need. Says that they are skipped where there is none.
pub(crate) fn program(name: &str, variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let found = std::env::var_os(variable).map(PathBuf::from);
    let found = found.or_else(|| folders.map(|folder| folder.join(name)).find(|file| file.is_file()));
    if found.is_none() {
        eprintln!("skipped without {name}: {variable} is not set; `cargo xtask test` sets it up");
    }
    found
}

/// Everything that runs. Dropped, it ends.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) product: Product,
    pub(crate) front: SocketAddr,
    /// The front's, for clients.
    pub(crate) certificate: String,
    pub(crate) sign_in: Option<SignIn>,
    _program: Child,
}

impl Place {
    /// Sets it up; nothing, where there is no such front.
    pub(crate) async fn new(kind: Kind, wanted: Wanted) -> Option<Self> {
        let program = kind.program()?;
        let front = free();
        let recipe = match kind {
            Kind::Nginx => Recipe::Nginx,
            Kind::Deployed | Kind::Haproxy | Kind::Caddy => Recipe::Plain,
        };
        let product = Product::start(recipe, wanted).await;
        let folder = product.folder.path();
        let certified = rcgen::generate_simple_self_signed([NAME.to_owned()]).unwrap();
        let (certificate, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
        let sign_in = match kind {
            Kind::Nginx => Some(SignIn::start().await),
            Kind::Deployed | Kind::Haproxy | Kind::Caddy => None,
        };
        let mut command = command(
            kind,
            &program,
            folder,
            &Addresses {
                front,
                signalbox: product.address,
                sign_in: sign_in.as_ref().map(|service| service.address),
            },
            &[&certificate, &key],
        );
        let log = folder.join("front.log");
        let mut running = command
            .current_dir(folder)
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
            product,
            front,
            certificate,
            sign_in,
            _program: running,
        })
    }

    /// What the front has said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.product.folder.path().join("front.log")).unwrap()
    }

    /// A client that comes by the front.
    pub(crate) fn http(&self) -> Http {
        let certificate = Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        Http::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([certificate])
            .resolve(NAME, self.front)
            .build()
            .unwrap()
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
}

struct Addresses {
    front: SocketAddr,
    signalbox: SocketAddr,
    sign_in: Option<SocketAddr>,
}

/// The front, with its configuration in a folder.
fn command(kind: Kind, program: &Path, folder: &Path, at: &Addresses, pair: &[&str; 2]) -> Command {
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
            nginx(&mut command, folder, &text);
        }
        Kind::Deployed => {
            let others = [
                ("server signalbox:8080", format!("server {}", at.signalbox)),
                ("listen 8443", format!("listen {}", at.front)),
                ("/run/secrets/tls.crt", pem.1),
                ("/run/secrets/tls.key", key_file.1),
            ];
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx/signalbox.conf");
            nginx(&mut command, folder, &with(&fs::read_to_string(file).unwrap(), &others));
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

/// nginx with a configuration that is included as distributions and images include it, but for the places of files.
fn nginx(command: &mut Command, folder: &Path, text: &str) {
    fs::write(folder.join("signalbox.conf"), text).unwrap();
    let kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let kept: String = kept.iter().map(|name| format!("{name}_temp_path {name};\n")).collect();
    let main = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\nevents {{}}\n\
         http {{\naccess_log off;\n{kept}include signalbox.conf;\n}}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, main).unwrap();
    command.args(["-e", "stderr", "-p"]).arg(folder).arg("-c").arg(file);
}
