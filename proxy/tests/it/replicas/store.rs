//! A Redis of a test's own, and a way to it that can be slow, or lead nowhere.

use crate::fronts::place::program;
use crate::fronts::product::free;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::watch;

const PATIENCE: Duration = Duration::from_secs(30);

/// The server, which forgets everything when it is stopped.
pub(crate) struct Redis {
    program: PathBuf,
    folder: TempDir,
    pub(crate) address: SocketAddr,
    /// Where it encrypts, if it does.
    encrypted: Option<SocketAddr>,
    running: Option<Child>,
}

impl Redis {
    /// Nothing, where there is no such program.
    pub(crate) async fn new(encrypts: bool) -> Option<Self> {
        let mut redis = Self {
            program: program("redis-server", "SIGNALBOX_REDIS")?,
            folder: tempfile::tempdir().unwrap(),
            address: free(),
            encrypted: encrypts.then(free),
            running: None,
        };
        redis.certify();
        fs::copy(redis.file("certificate"), redis.file("authorities")).unwrap();
        redis.start().await;
        Some(redis)
    }

    pub(crate) async fn start(&mut self) {
        let port = self.address.port().to_string();
        let mut command = Command::new(&self.program);
        if let Some(encrypted) = self.encrypted {
            command.args(["--tls-port", &encrypted.port().to_string(), "--tls-auth-clients", "no"]);
            for (option, file) in [
                ("--tls-cert-file", "certificate"),
                ("--tls-key-file", "key"),
                ("--tls-ca-cert-file", "authorities"),
            ] {
                command.arg(option).arg(self.file(file));
            }
        }
        let child = command
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .args(["--requirepass", PASSWORD, "--user", "signalbox", "on"])
            .arg(format!(">{PASSWORD}"))
            .args(may())
            .arg("--dir")
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        self.running = Some(child.unwrap());
        let start = Instant::now();
        while self.ask("PING").await.as_deref() != Some("+PONG\r\n") {
            assert!(start.elapsed() < PATIENCE, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Gives it another certificate from the next start on. Replicas trust its first.
    pub(crate) fn certify(&self) {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(self.file("certificate"), certified.cert.pem()).unwrap();
        fs::write(self.file("key"), certified.signing_key.serialize_pem()).unwrap();
    }

    /// The file with the certificate that replicas trust.
    pub(crate) fn authorities(&self) -> Option<PathBuf> {
        self.encrypted.map(|_| self.file("authorities"))
    }

    pub(crate) async fn stop(&mut self) {
        let mut running = self.running.take().unwrap();
        running.kill().await.unwrap();
    }

    /// The answer to a short command, as it comes.
    pub(crate) async fn ask(&self, command: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        let text = format!("AUTH {PASSWORD}\r\nSELECT 3\r\n{command}\r\nQUIT\r\n");
        stream.write_all(text.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let answer = answer.strip_prefix("+OK\r\n+OK\r\n")?.strip_suffix("+OK\r\n")?;
        Some(answer.to_owned())
    }

    /// All that lies there: names and content.
    pub(crate) async fn everything(&self) -> String {
        let mut all = String::new();
        let names = self.ask("KEYS *").await.unwrap();
        for name in names.lines().filter(|line| line.starts_with("signalbox:")) {
            all += name;
            for command in ["GET", "LRANGE", "XRANGE", "HGETALL"] {
                let rest = match command {
                    "LRANGE" => " 0 -1",
                    "XRANGE" => " - +",
                    _ => "",
                };
                all += &self.ask(&format!("{command} {name}{rest}")).await.unwrap();
            }
        }
        all
    }
}

/// What a user of the server needs, as `docs/configuration.md` tells it.
fn may() -> Vec<&'static str> {
    let text = include_str!("../../../../docs/configuration.md");
    let (_, rest) = text.split_once("An ACL user needs `").unwrap();
    rest.split_once('`').unwrap().0.split_whitespace().collect()
}

pub(crate) const PASSWORD: &str = "an-odd-password-7";

/// The way to it.
pub(crate) struct Way {
    address: SocketAddr,
    encrypted: bool,
    how: Arc<How>,
    cut: watch::Sender<u64>,
}

#[derive(Default)]
struct How {
    /// Milliseconds by which everything that comes back is late.
    late: AtomicU64,
    /// Nothing comes back.
    swallows: AtomicBool,
}

impl Way {
    pub(crate) fn to(redis: &Redis) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (cut, _) = watch::channel(0);
        let way = Self {
            address: listener.local_addr().unwrap(),
            encrypted: redis.encrypted.is_some(),
            how: Arc::default(),
            cut,
        };
        let there = redis.encrypted.unwrap_or(redis.address);
        let (how, cut) = (Arc::clone(&way.how), way.cut.clone());
        // By itself: what the test does meanwhile must not make it slow.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(lead(listener, there, how, cut));
        });
        way
    }

    pub(crate) fn url(&self) -> String {
        if self.encrypted {
            return format!("rediss://signalbox:{PASSWORD}@localhost:{}/3", self.address.port());
        }
        format!("redis://signalbox:{PASSWORD}@{}/3", self.address)
    }

    pub(crate) fn is_late(&self, by: Duration) {
        self.how
            .late
            .store(u64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    pub(crate) fn swallows(&self, swallows: bool) {
        self.how.swallows.store(swallows, Ordering::Relaxed);
    }

    /// Breaks all connections.
    pub(crate) fn cut(&self) {
        self.cut.send_modify(|times| *times += 1);
    }
}

async fn lead(listener: std::net::TcpListener, there: SocketAddr, how: Arc<How>, cut: watch::Sender<u64>) {
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let mut over = cut.subscribe();
    loop {
        let here = tokio::select! {
            Ok((here, _)) = listener.accept() => here,
            // The test has ended.
            gone = over.wait_for(|times| *times == u64::MAX) => return drop(gone),
        };
        let (how, mut cut) = (Arc::clone(&how), cut.subscribe());
        tokio::spawn(async move {
            let Ok(there) = TcpStream::connect(there).await else {
                return;
            };
            let (from_here, to_here) = here.into_split();
            let (from_there, to_there) = there.into_split();
            tokio::select! {
                () = pass(from_here, to_there, None) => {}
                () = pass(from_there, to_here, Some(how)) => {}
                _ = cut.changed() => {}
            }
        });
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.cut.send_replace(u64::MAX);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, how: Option<Arc<How>>) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if let Some(how) = &how {
            tokio::time::sleep(Duration::from_millis(how.late.load(Ordering::Relaxed))).await;
            if how.swallows.load(Ordering::Relaxed) {
                continue;
            }
        }
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
