//! Three replicas, each with a configuration and an audit of its own.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::process::{open_files, resident};
use crate::proxy::{Folder, Proxy, Wanted};
use crate::upstream::Upstream;

const REPLICAS: usize = 3;
/// The one that is killed.
const VICTIM: usize = 1;
/// Lists are soon forgotten, so that they come anew again and again.
const CACHE: &str = "[cache]\nfresh = \"5s\"\nstale = \"30s\"\n";
/// What is added to the configuration.
const ADDED: [&str; 2] = [
    "[[grant]]\nusers = [\"nobody@example.com\"]\naccounts = [\"prod-cn\"]\ntables = [\"plans\"]\n",
    "[[view]]\nname = \"Unpatched\"\nquery = \"/patches?missing=gt.0\"\n",
];

/// Memory in bytes, and open files.
pub type Taken = (u64, usize);

/// All of them.
pub struct Replicas(Vec<Replica>);

struct Replica {
    proxy: Option<Proxy>,
    folder: Arc<Folder>,
    address: SocketAddr,
    settled: Option<Taken>,
}

/// The one that was killed, and when.
pub struct Killed {
    pub address: String,
    pub at: Duration,
}

/// What is left of a replica.
pub struct Left {
    pub address: String,
    /// After a part of the time; none of one that was started later.
    pub settled: Option<Taken>,
    /// When nobody had read for a while.
    pub idle: Option<Taken>,
    /// Audit events that tell of answers: of all, and of those that were not sent to their end.
    pub answered: usize,
    pub broken: usize,
    /// Configurations that were read anew, and taken.
    pub reloads: usize,
}

impl Replicas {
    pub fn start(upstream: &Upstream) -> Result<Self> {
        let start = |_| {
            let folder = Arc::new(Folder::new(upstream, Wanted::ALL)?);
            folder.add(CACHE)?;
            let proxy = Proxy::of(&folder, "127.0.0.1:0")?;
            let address = proxy.address;
            anyhow::Ok(Replica {
                proxy: Some(proxy),
                folder,
                address,
                settled: None,
            })
        };
        Ok(Self((0..REPLICAS).map(start).collect::<Result<_>>()?))
    }

    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().map(|replica| replica.address).collect()
    }

    /// What each takes now.
    pub fn look(&self) -> Result<Vec<Option<Taken>>> {
        let taken = |replica: &Replica| {
            let Some(proxy) = &replica.proxy else { return Ok(None) };
            anyhow::Ok(Some((resident(proxy.process)?, open_files(proxy.process)?)))
        };
        self.0.iter().map(taken).collect()
    }

    /// Remembers what each takes now.
    pub fn remember(&mut self) -> Result<()> {
        for (replica, taken) in self.look()?.into_iter().enumerate() {
            self.0[replica].settled = taken;
        }
        Ok(())
    }

    /// Changes the configuration and sends the signal.
    pub fn reload_by_signal(&mut self) -> Result<()> {
        for replica in &mut self.0 {
            replica.folder.add(ADDED[0])?;
            replica.signal(Signal::SIGHUP)?;
        }
        Ok(())
    }

    /// Changes the configuration and leaves it to the program to find out.
    pub fn reload_by_file(&mut self) -> Result<()> {
        self.0.iter().try_for_each(|replica| replica.folder.add(ADDED[1]))
    }

    /// Kills one, which can do nothing about it.
    pub fn kill(&mut self, begun: Instant) -> Result<Killed> {
        let victim = &mut self.0[VICTIM];
        let at = begun.elapsed();
        victim.signal(Signal::SIGKILL)?;
        victim.proxy = None;
        victim.settled = None;
        Ok(Killed {
            address: victim.address.to_string(),
            at,
        })
    }

    /// Starts it again where it was.
    pub fn restart(&mut self) -> Result<()> {
        let victim = &mut self.0[VICTIM];
        victim.proxy = Some(Proxy::of(&victim.folder, &victim.address.to_string())?);
        Ok(())
    }

    /// Looks at each when nobody reads any more, and ends it in order.
    pub async fn end(self) -> Result<Vec<Left>> {
        let idle = self.look()?;
        let mut left = Vec::new();
        for (mut replica, idle) in self.0.into_iter().zip(idle) {
            replica.signal(Signal::SIGTERM)?;
            if let Some(proxy) = replica.proxy.take() {
                proxy.ended().await?;
            }
            let audit = fs::read_to_string(replica.folder.audit()).context("there is no audit")?;
            let events: Vec<Value> = audit
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .collect();
            let count = |is: &dyn Fn(&Value) -> bool| events.iter().filter(|event| is(event)).count();
            left.push(Left {
                address: replica.address.to_string(),
                settled: replica.settled,
                idle,
                answered: count(&|event| event["event"] == "answered"),
                broken: count(&|event| event["event"] == "answered" && event["outcome"] == "broken"),
                reloads: count(&|event| event["event"] == "reload" && event["outcome"] != "failed"),
            });
        }
        Ok(left)
    }
}

impl Replica {
    fn signal(&self, signal: Signal) -> Result<()> {
        let process = self.proxy.as_ref().context("it does not run")?.process;
        Ok(kill(Pid::from_raw(process as i32), signal)?)
    }
}
