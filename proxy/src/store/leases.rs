//! Lists in the store: one replica walks, by a lease that it must renew, and lays down each page; the others read them as they come. A list that came to its end
//! stays for as long as answers may be kept.
//!
//! Every walk has a number of its own, under which its pages lie. A replica that has lost its lease, and does not know it yet, writes under a number that nobody
//! reads any more, and cannot say that its list is the one to be read.

use super::{Purpose, Store};
use crate::clock::unix_millis;
use redis::Pipeline;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a lease holds without being renewed: after that others take over.
const LEASE: Duration = Duration::from_secs(5);

/// How long pages lie there after nobody has renewed the lease.
const LEFT: Duration = Duration::from_secs(60);

/// How long somebody who follows counts as one.
const WANTED: Duration = Duration::from_secs(10);

/// How long it is known that a list is too large.
const LARGE: Duration = Duration::from_secs(60);

/// How far clocks of replicas may be apart.
const SKEW: Duration = Duration::from_secs(120);

/// The most pages that come at a time.
const AT_A_TIME: usize = 16;

/// Renews a lease, and the pages under it.
const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) redis.call('PEXPIRE', KEYS[2], ARGV[3]) return 1 end return 0";

/// Says what is kept of a list, by whoever has the lease, and gives that back.
const KEEP: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3]) redis.call('DEL', KEYS[1]) return 1 end return 0";

/// Gives a lease back.
const GIVE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) return 1 end return 0";

/// The name of a list in the store.
#[derive(Clone, Debug)]
pub struct ListName(String);

/// How it stands with a list.
#[derive(Debug)]
pub enum Standing {
    /// It lies there whole: the walk that brought it, and how long ago that ended.
    Kept(String, Duration),
    /// Another replica is walking it.
    UnderWay(String),
    /// It is for this replica to walk it.
    Mine(Lease),
    /// It cannot be shared: it is too large, or somebody else is at it and what they bring is not wanted.
    Alone,
}

/// The right to walk a list for all, and to lay it down.
#[derive(Debug)]
pub struct Lease {
    store: Store,
    list: ListName,
    walk: String,
    pages: usize,
}

/// What is new of a walk.
#[derive(Debug)]
pub struct News {
    /// What lies there, in order.
    pub pages: Vec<Vec<u8>>,
    /// Whether somebody is still at it.
    pub alive: bool,
}

/// What became of a lease.
#[derive(Clone, Copy, Debug)]
pub struct Renewed {
    /// Whether others follow.
    pub wanted: bool,
}

/// What is kept of a list.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// The walk that brought it; none where it is too large.
    walk: Option<String>,
    /// For how long it was laid down, in milliseconds.
    life: u64,
    /// When it was, in milliseconds since 1970.
    at: u64,
}

impl ListName {
    fn lease(&self) -> String {
        format!("{}:lease", self.0)
    }

    fn kept(&self) -> String {
        format!("{}:kept", self.0)
    }

    fn pages(&self, walk: &str) -> String {
        format!("{}:walk:{walk}", self.0)
    }

    fn wanted(&self, walk: &str) -> String {
        format!("{}:wanted:{walk}", self.0)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What lies at the place of what is kept, and for how many milliseconds more.
type Lies = (Option<Vec<u8>>, i64);

impl Store {
    /// The name of a list, by all that tells it from others.
    #[must_use]
    pub fn list_name(&self, parts: &[&[u8]]) -> ListName {
        ListName(self.secret_name("list", parts))
    }

    /// How it stands with a list, of which what is kept is taken up to this age. Without one, neither what is kept nor what others are walking is wanted. None
    /// where the store does not say it.
    pub async fn standing(&self, list: &ListName, most: Option<Duration>) -> Option<Standing> {
        let mut look = Pipeline::new();
        look.atomic().cmd("GET").arg(list.kept());
        look.cmd("PTTL").arg(list.kept());
        look.cmd("GET").arg(list.lease());
        let (kept, left, lease): (Option<Vec<u8>>, i64, Option<String>) = self.ask(Purpose::Lists, &look).await?;
        if let Some(stands) = self.kept(list, (kept, left), most) {
            return Some(stands);
        }
        let follow = |walk: String| match most {
            Some(_) => Standing::UnderWay(walk),
            None => Standing::Alone,
        };
        if let Some(walk) = lease {
            return Some(follow(walk));
        }
        let walk = self.0.ambient.nonce();
        let mut take = Pipeline::new();
        take.atomic().cmd("SET").arg(list.lease()).arg(&walk);
        take.arg("NX").arg("PX").arg(millis(LEASE));
        take.cmd("GET").arg(list.kept());
        take.cmd("PTTL").arg(list.kept());
        take.cmd("GET").arg(list.lease());
        let (_, kept, left, holder): (Option<String>, _, _, Option<String>) = self.ask(Purpose::Lists, &take).await?;
        if holder.as_ref() != Some(&walk) {
            return Some(holder.map_or(Standing::Alone, follow));
        }
        let lease = Lease {
            store: self.clone(),
            list: list.clone(),
            walk,
            pages: 0,
        };
        // Somebody may have come to the end in between.
        match self.kept(list, (kept, left), most) {
            Some(stands) => {
                lease.give_back().await;
                Some(stands)
            }
            None => Some(Standing::Mine(lease)),
        }
    }

    /// How it stands where something is kept that may be taken.
    fn kept(&self, list: &ListName, (kept, left): Lies, most: Option<Duration>) -> Option<Standing> {
        let kept = self.open(&list.kept(), &kept?)?;
        let kept: Kept = serde_json::from_slice(&kept).ok()?;
        let Some(walk) = kept.walk else {
            return Some(Standing::Alone);
        };
        // By the server's clock alone, but it cannot be much younger than whoever laid it down says.
        let age = Duration::from_millis(kept.life.saturating_sub(u64::try_from(left).ok()?));
        let said = unix_millis(self.0.ambient.now()).saturating_sub(kept.at);
        let age = age.max(Duration::from_millis(said).saturating_sub(SKEW));
        (age <= most?).then_some(Standing::Kept(walk, age))
    }

    /// What a walk has brought, from so many pages on. None where the store does not say it, or what lies there is not what was laid down.
    pub async fn pages(&self, list: &ListName, walk: &str, from: usize) -> Option<News> {
        let (place, end) = (list.pages(walk), from + AT_A_TIME - 1);
        let mut commands = Pipeline::new();
        commands.atomic().cmd("LRANGE").arg(&place).arg(from).arg(end);
        commands.cmd("GET").arg(list.lease());
        let (pages, holder): (Vec<Vec<u8>>, Option<String>) = self.ask(Purpose::Lists, &commands).await?;
        let open = |(at, sealed): (usize, Vec<u8>)| self.open(&format!("{place}:{at}"), &sealed);
        let opened: Option<Vec<_>> = (from..).zip(pages).map(open).collect();
        if opened.is_none() {
            tracing::warn!("a page in the store is not what was laid down there");
            Purpose::Lists.fell_back();
        }
        Some(News {
            pages: opened?,
            alive: holder.as_deref() == Some(walk),
        })
    }

    /// Lets whoever walks know that others want it too.
    pub async fn want(&self, list: &ListName, walk: &str) {
        let mut commands = Pipeline::new();
        let want = commands.cmd("SET").arg(list.wanted(walk)).arg(1);
        want.arg("PX").arg(millis(WANTED)).ignore();
        self.ask::<()>(Purpose::Lists, &commands).await;
    }
}

impl Lease {
    /// Lays down pages behind those that are there; false where that cannot be, or the lease is lost.
    pub async fn add(&mut self, pages: &[Vec<u8>]) -> bool {
        let (place, store) = (self.list.pages(&self.walk), self.store.clone());
        let seal = |(at, page): (usize, &Vec<u8>)| store.seal(&format!("{place}:{at}"), page);
        let Some(sealed) = (self.pages..).zip(pages).map(seal).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let mut commands = Pipeline::new();
        commands.atomic().cmd("RPUSH").arg(&place).arg(sealed);
        commands.cmd("PEXPIRE").arg(&place).arg(millis(LEFT)).ignore();
        self.pages += pages.len();
        let length: Option<(usize,)> = self.store.ask(Purpose::Lists, &commands).await;
        // A server that was emptied in between has lost what was there.
        length == Some((self.pages,))
    }

    /// Renews it; none where it is lost.
    pub async fn renew(&self) -> Option<Renewed> {
        let mut commands = Pipeline::new();
        let renew = commands.cmd("EVAL").arg(RENEW).arg(2);
        renew.arg(self.list.lease()).arg(self.list.pages(&self.walk));
        renew.arg(&self.walk).arg(millis(LEASE)).arg(millis(LEFT));
        commands.cmd("EXISTS").arg(self.list.wanted(&self.walk));
        let (held, wanted): (bool, bool) = self.store.ask(Purpose::Lists, &commands).await?;
        held.then_some(Renewed { wanted })
    }

    /// Lays down the end of a list, which then stays for so long where it is whole, and gives the lease back.
    pub async fn end(mut self, end: Vec<u8>, keep: Option<Duration>) {
        if !self.add(&[end]).await {
            return self.give_back().await;
        }
        let Some(life) = keep else {
            return self.give_back().await;
        };
        let place = self.list.pages(&self.walk);
        let mut commands = Pipeline::new();
        let longer = millis(life.saturating_add(LEFT));
        commands.cmd("PEXPIRE").arg(place).arg(longer).ignore();
        if self.store.ask::<()>(Purpose::Lists, &commands).await.is_some() {
            self.keep(Some(self.walk.clone()), life).await;
        }
    }

    /// The list is too large to lie there: whoever wants it walks it alone.
    pub async fn too_large(&self) {
        let mut commands = Pipeline::new();
        commands.cmd("DEL").arg(self.list.pages(&self.walk)).ignore();
        self.store.ask::<()>(Purpose::Lists, &commands).await;
        self.keep(None, LARGE).await;
    }

    async fn keep(&self, walk: Option<String>, life: Duration) {
        let kept = Kept {
            walk,
            life: millis(life),
            at: unix_millis(self.store.0.ambient.now()),
        };
        let place = self.list.kept();
        let kept = serde_json::to_vec(&kept).ok();
        let Some(kept) = kept.and_then(|kept| self.store.seal(&place, &kept)) else {
            return;
        };
        let mut commands = Pipeline::new();
        let keep = commands.cmd("EVAL").arg(KEEP).arg(2).arg(self.list.lease()).arg(place);
        keep.arg(&self.walk).arg(kept).arg(millis(life)).ignore();
        self.store.ask::<()>(Purpose::Lists, &commands).await;
    }

    /// Gives it back: others may walk.
    pub async fn give_back(&self) {
        let mut commands = Pipeline::new();
        let give = commands.cmd("EVAL").arg(GIVE).arg(1).arg(self.list.lease());
        give.arg(&self.walk).ignore();
        self.store.ask::<()>(Purpose::Lists, &commands).await;
    }
}
