//! Many who hold connections open and hardly say anything: whoever is signed in goes on working beside them.

use super::sign_in::{sign_in, signed_in, stage};
use anyhow::ensure;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use signalbox_tests::{Result, Stage, on_page, until};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How many at once, and for how long.
const PEERS: usize = 1000;
const TIME: Duration = Duration::from_secs(30);
/// One byte of a head that never ends, so often.
const PAUSE: Duration = Duration::from_millis(500);

/// What all of them share.
#[derive(Default)]
struct Crowd {
    leave: AtomicBool,
    connected: AtomicUsize,
    /// How many connections the program has ended.
    ended: AtomicUsize,
}

impl Crowd {
    /// Begins, on a thread of its own.
    fn gather(self: &Arc<Self>, address: &str) -> thread::JoinHandle<std::io::Result<()>> {
        let (crowd, address) = (Arc::clone(self), address.to_owned());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut peers = JoinSet::new();
                for _ in 0..PEERS {
                    let (crowd, address) = (Arc::clone(&crowd), address.clone());
                    peers.spawn(async move { crowd.dribble(&address).await });
                }
                peers.join_all().await;
            });
            Ok(())
        })
    }

    /// Sends a head byte by byte, on a new connection whenever the program ends one.
    async fn dribble(&self, address: &str) {
        let head = format!(
            "GET /api/v1/session HTTP/1.1\r\nhost: {address}\r\nx-long: {}",
            "y".repeat(1000)
        );
        while !self.leave.load(Ordering::Relaxed) {
            let Ok(mut stream) = TcpStream::connect(address).await else {
                // It takes no more of them for now.
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            self.connected.fetch_add(1, Ordering::Relaxed);
            for byte in head.bytes() {
                let sent = stream.write_all(&[byte]).await;
                // What it answers does not matter; that it hangs up does.
                let heard = timeout(PAUSE, stream.read(&mut [0; 1024])).await;
                if sent.is_err() || matches!(heard, Ok(Ok(0) | Err(_))) {
                    self.ended.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                if self.leave.load(Ordering::Relaxed) {
                    break;
                }
            }
            self.connected.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// As many open files as all of them need; the program inherits it, so this comes before it starts.
fn allow_files() -> Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let wanted = 2 * PEERS as u64 + 500;
    ensure!(
        hard >= wanted,
        "no more than {hard} files may be open at once, {wanted} are needed"
    );
    Ok(setrlimit(Resource::RLIMIT_NOFILE, soft.max(wanted), hard)?)
}

#[test]
fn whoever_is_signed_in_goes_on_beside_a_thousand_that_dribble() -> Result<()> {
    allow_files()?;
    // A program of its own: no other test's is to bear this.
    let stage = Stage {
        demo: &["--auth", "--rows", "3000"],
        ..stage()
    };
    on_page("slow-peers", &stage, async |page| {
        sign_in(page, "/patches", "lin").await?;
        signed_in(page).await?;
        page.loaded().await?;
        let all = page.count().await?;
        ensure!(all > 0);

        let crowd = Arc::<Crowd>::default();
        let gone = crowd.gather(page.origin().trim_start_matches("http://"));
        let connected = || crowd.connected.load(Ordering::Relaxed);
        until("all of them are there", async || {
            ensure!(connected() == PEERS, "{} are", connected());
            Ok(())
        })
        .await?;
        let (begun, mut rounds) = (Instant::now(), 0);
        while begun.elapsed() < TIME {
            // Everything anew: document, scripts, who one is, rows.
            page.open_loaded("/patches?sort=-missing").await?;
            signed_in(page).await?;
            ensure!(page.count().await? == all);
            page.sort_by("instance").await?;
            page.open_loaded("/plans").await?;
            ensure!(page.count().await? > 0);
            rounds += 1;
        }
        // They were there all the time: each time that the program tires of a connection, another one comes.
        let ended = crowd.ended.load(Ordering::Relaxed);
        ensure!(
            connected() > PEERS / 2 && ended >= PEERS,
            "{} connected, {ended} ended",
            connected()
        );
        crowd.leave.store(true, Ordering::Relaxed);
        ensure!(
            gone.join().is_ok_and(|left| left.is_ok()),
            "they have not left in order"
        );
        println!("{rounds} rounds, {ended} connections ended");
        Ok(())
    })
}
