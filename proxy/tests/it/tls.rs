//! Encrypted by the program itself.

use crate::binary::{code, config_for, first_line, run, signal, signalbox, write};
use crate::fronts::product::free;
use crate::fronts::raw::{ask_by_http_2, trusting, trusting_over};
use nix::sys::signal::Signal;
use reqwest::{Certificate, Client as Http};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::Value;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A certificate and its key, as PEM.
struct Pair {
    certificate: String,
    key: String,
}

impl Pair {
    fn new() -> Self {
        Self::made(|_| ())
    }

    fn expired() -> Self {
        Self::made(|params| params.not_after = rcgen::date_time_ymd(2025, 1, 1))
    }

    fn made(change: impl FnOnce(&mut rcgen::CertificateParams)) -> Self {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        change(&mut params);
        let key = rcgen::KeyPair::generate().unwrap();
        Self {
            certificate: params.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }
}

/// A client that trusts both of two certificates and keeps no connection.
fn http(pairs: &[&Pair]) -> Http {
    crate::proxy::browser();
    let certificates = pairs
        .iter()
        .map(|pair| Certificate::from_pem(pair.certificate.as_bytes()).unwrap());
    let http = Http::builder().no_proxy().pool_max_idle_per_host(0);
    http.tls_certs_only(certificates).build().unwrap()
}

/// The program, with a pair as Kubernetes lays it: names that lead through a link that is swapped.
struct Running {
    folder: TempDir,
    child: Child,
    address: SocketAddr,
}

impl Running {
    async fn with(pair: &Pair) -> Self {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), pair);
        symlink("..data/tls.crt", folder.path().join("tls.crt")).unwrap();
        symlink("..data/tls.key", folder.path().join("tls.key")).unwrap();
        let address = free();
        let clouds = demo_clouds::start(demo_clouds::Options::default()).await.unwrap();
        let shown: Value = serde_json::from_str(&clouds.clouds_only_json()).unwrap();
        let text = format!(
            "listen = \"{address}\"\npublic_url = \"https://localhost:{}\"\n[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n{}",
            address.port(),
            config_for(&shown)
        );
        let config = write(folder.path(), &text);
        let credentials = &shown["credentials"];
        let secret = credentials["alibaba"]["access_key_secret"].as_str().unwrap();
        fs::write(folder.path().join("secret"), secret).unwrap();
        let mut child = signalbox(&["serve", "--config", &config])
            .env("ID", credentials["alibaba"]["access_key_id"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_AK", credentials["huawei"]["ak"].as_str().unwrap())
            .env("HUAWEICLOUD_SDK_SK", credentials["huawei"]["sk"].as_str().unwrap())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let line = first_line(&mut child).await;
        assert_eq!(line, format!("signalbox listening on https://{address}"));
        Self { folder, child, address }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    async fn connect(&self, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TcpStream::connect(self.address).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Whether it shows the certificate of a pair, and not another one.
    async fn shows(&self, pair: &Pair) -> bool {
        self.connect(trusting(&pair.certificate)).await.is_ok()
    }

    /// Waits until it shows the certificate of a pair.
    async fn will_show(&self, pair: &Pair, within: Duration) {
        let start = Instant::now();
        while !self.shows(pair).await {
            assert!(start.elapsed() < within, "{}", self.log());
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the log says something.
    async fn will_say(&self, words: &str) {
        let start = Instant::now();
        while !self.log().contains(words) {
            assert!(start.elapsed() < Duration::from_secs(10), "{}", self.log());
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Lays a pair into a folder of its own and swaps the link to it.
fn lay(folder: &Path, pair: &Pair) {
    let name = format!("..{}", fastrand::u64(..));
    let place = folder.join(&name);
    fs::create_dir(&place).unwrap();
    fs::write(place.join("tls.crt"), &pair.certificate).unwrap();
    fs::write(place.join("tls.key"), &pair.key).unwrap();
    symlink(&name, folder.join("..new")).unwrap();
    fs::rename(folder.join("..new"), folder.join("..data")).unwrap();
}

#[tokio::test]
async fn a_certificate_of_its_own_opens_to_tls_1_2_and_newer_in_both_versions_of_http() {
    let pair = Pair::new();
    let mut running = Running::with(&pair).await;
    let answer = http(&[&pair]).get(running.url("/api/v1/session")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");

    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        for (offered, taken) in [
            (&[b"h2".as_slice(), b"http/1.1"][..], Some(b"h2".as_slice())),
            (&[b"http/1.1"], Some(b"http/1.1")),
            (&[], None),
        ] {
            let mut config = trusting_over(&pair.certificate, &[version]);
            config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
            let stream = running.connect(config).await.unwrap();
            let (_, connection) = stream.get_ref();
            assert_eq!(connection.protocol_version(), Some(version.version));
            assert_eq!(connection.alpn_protocol(), taken);
            let status = if taken == Some(b"h2") {
                ask_by_http_2(stream, "https://localhost/healthz", &[])
                    .await
                    .status()
                    .as_str()
                    .to_owned()
            } else {
                by_http_1(stream).await
            };
            assert_eq!(status, "200", "{version:?} {offered:?}");
        }
    }

    // What browsers of twenty years ago say: TLS 1.1, without a word of newer ones.
    let mut old = TcpStream::connect(running.address).await.unwrap();
    let hello = [
        &[1, 0, 0, 43, 3, 2],
        &[7; 32][..],
        &[0, 0, 4, 0xc0, 0x13, 0, 0x2f, 1, 0],
    ]
    .concat();
    old.write_all(&[&[22, 3, 1, 0, hello.len() as u8], &hello[..]].concat())
        .await
        .unwrap();
    let mut said = Vec::new();
    timeout(Duration::from_secs(5), old.read_to_end(&mut said))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(said[0], 21, "an alert, and no certificate: {said:?}");
    assert!(said.len() <= 7, "{said:?}");

    signal(&running.child, Signal::SIGTERM);
    assert_eq!(code(&mut running.child).await, Some(0));
}

async fn by_http_1(mut stream: TlsStream<TcpStream>) -> String {
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn who_shakes_no_hands_or_says_nothing_is_turned_away() {
    let pair = Pair::new();
    let running = Running::with(&pair).await;
    let patience = Duration::from_secs(14);
    let ended = async |mut stream: TcpStream, sent: &[u8]| {
        stream.write_all(sent).await.unwrap();
        let mut said = Vec::new();
        // Closed or reset, but not left alone.
        _ = timeout(patience, stream.read_to_end(&mut said)).await.unwrap();
        said
    };
    let plain = async || TcpStream::connect(running.address).await.unwrap();
    let silent = async {
        let mut stream = running.connect(trusting(&pair.certificate)).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
        let mut said = Vec::new();
        _ = timeout(patience, stream.read_to_end(&mut said)).await.unwrap();
        said
    };
    let (nothing, half, unencrypted, silent) = tokio::join!(
        ended(plain().await, b""),
        ended(plain().await, &[22, 3, 1, 2, 0, 1]),
        ended(plain().await, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        silent,
    );
    assert!(nothing.is_empty() && half.is_empty() && silent.is_empty());
    assert!(!unencrypted.starts_with(b"HTTP"), "{unencrypted:?}");
    assert_eq!(
        http(&[&pair])
            .get(running.url("/healthz"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart_and_a_bad_one_never() {
    let [first, second, third] = [Pair::new(), Pair::new(), Pair::new()];
    let mut running = Running::with(&first).await;
    let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load: Vec<_> = (0..4)
        .map(|_| {
            let client = http(&[&first, &second, &third]);
            let (stop, asked, url) = (Arc::clone(&stop), Arc::clone(&asked), running.url("/api/v1/session"));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let answer = client.get(&url).send().await.unwrap();
                    assert_eq!(answer.status(), 200);
                    answer.bytes().await.unwrap();
                    asked.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(20)).await;
                }
            })
        })
        .collect();
    assert!(running.shows(&first).await && !running.shows(&second).await);

    // By itself, within a look.
    lay(running.folder.path(), &second);
    running.will_show(&second, Duration::from_secs(20)).await;

    // Half-written, of another pair, away: the old one stays, and the log says why.
    let half = |pair: &Pair, key: &str| Pair {
        certificate: pair.certificate.clone(),
        key: key.to_owned(),
    };
    let cut = Pair {
        certificate: third.certificate[..third.certificate.len() / 2].to_owned(),
        key: third.key.clone(),
    };
    for (bad, words) in [
        (half(&third, &second.key), "tls.key: does not belong to the certificate"),
        (half(&third, &third.key[..third.key.len() / 2]), "tls.key: is no PEM"),
        (half(&third, ""), "tls.key: holds no key"),
        (cut, "tls.certificate: is no PEM"),
        (Pair::expired(), "tls.certificate: has expired (2025-01-01T00:00:00Z)"),
    ] {
        lay(running.folder.path(), &bad);
        signal(&running.child, Signal::SIGHUP);
        running.will_say(words).await;
        assert!(running.shows(&second).await, "{words}");
    }
    fs::remove_file(running.folder.path().join("..data")).unwrap();
    signal(&running.child, Signal::SIGHUP);
    running.will_say("tls.certificate: cannot read").await;

    // Piece by piece, and in the end it is whole.
    lay(running.folder.path(), &half(&third, &second.key));
    signal(&running.child, Signal::SIGHUP);
    sleep(Duration::from_millis(300)).await;
    lay(running.folder.path(), &third);
    running.will_show(&third, Duration::from_secs(20)).await;
    assert!(!running.log().contains(&third.key[100..150]));

    stop.store(true, Ordering::Relaxed);
    for task in load {
        task.await.unwrap();
    }
    assert!(asked.load(Ordering::Relaxed) > 100);
    signal(&running.child, Signal::SIGTERM);
    assert_eq!(code(&mut running.child).await, Some(0));
    assert!(running.log().matches("new connections get the certificate").count() >= 2);
}

#[tokio::test]
async fn an_old_certificate_is_used_where_there_is_no_better_one_and_that_is_told() {
    let mut running = Running::with(&Pair::expired()).await;
    running
        .will_say("tls.certificate: has expired (2025-01-01T00:00:00Z)")
        .await;
    let other = Pair::expired();
    lay(running.folder.path(), &other);
    signal(&running.child, Signal::SIGHUP);
    running.will_say("new connections get the certificate").await;
    let start = Instant::now();
    while running.log().matches("has expired").count() < 2 {
        assert!(start.elapsed() < Duration::from_secs(5), "{}", running.log());
        sleep(Duration::from_millis(100)).await;
    }
    let new = Pair::new();
    lay(running.folder.path(), &new);
    signal(&running.child, Signal::SIGHUP);
    running.will_show(&new, Duration::from_secs(5)).await;

    // One that is not valid yet will be.
    let from = SystemTime::now() + Duration::from_secs(6);
    let later = Pair::made(|params| params.not_before = from.into());
    lay(running.folder.path(), &later);
    signal(&running.child, Signal::SIGHUP);
    running.will_say("tls.certificate: is not valid yet").await;
    assert!(running.shows(&new).await);
    sleep(from.duration_since(SystemTime::now()).unwrap_or_default() + Duration::from_secs(1)).await;
    signal(&running.child, Signal::SIGHUP);
    running.will_show(&later, Duration::from_secs(5)).await;
    assert_eq!(running.log().matches("is not valid yet").count(), 1);
    signal(&running.child, Signal::SIGTERM);
    assert_eq!(code(&mut running.child).await, Some(0));
}

#[tokio::test]
async fn a_pair_that_does_not_belong_together_is_found_before_the_program_runs() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = [Pair::new(), Pair::new()];
    fs::write(folder.path().join("tls.crt"), &one.certificate).unwrap();
    fs::write(folder.path().join("tls.key"), &other.key).unwrap();
    let text = "public_url = \"https://localhost:8080\"\n[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n";
    let config = write(folder.path(), text);
    for command in ["check", "serve"] {
        let (code, out, err) = run(&[command, "--config", &config], &[]).await;
        assert_eq!(code, 1);
        assert!(
            format!("{out}{err}").contains("tls.key: does not belong to the certificate"),
            "{out}{err}"
        );
    }
}
