//! Named values that lie in one place together, each sealed for its name: the list of feeds, and what each replica says of itself.

use super::{Purpose, Store};
use redis::Pipeline;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// One place with named values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// Which feeds count.
    Feeds,
    /// What each replica says of itself.
    Replicas,
}

impl Fields {
    const fn word(self) -> &'static str {
        match self {
            Self::Feeds => "feeds",
            Self::Replicas => "replicas",
        }
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::Feeds => Purpose::Feeds,
            Self::Replicas => Purpose::Limits,
        }
    }

    /// How long they lie there after the last change.
    const fn life(self) -> Duration {
        match self {
            Self::Feeds => Duration::from_secs(91 * 24 * 3600),
            Self::Replicas => Duration::from_secs(60),
        }
    }
}

impl Store {
    /// Takes some values away, lays some down, and gives all that lie there then. None where the store does not answer. What does not open is left out.
    pub async fn fields(
        &self,
        fields: Fields,
        away: &[String],
        new: &[(String, Vec<u8>)],
    ) -> Option<BTreeMap<String, Vec<u8>>> {
        let place = self.name(fields.word());
        let mut commands = Pipeline::new();
        commands.atomic();
        if !away.is_empty() {
            commands.cmd("HDEL").arg(&place).arg(away).ignore();
        }
        for (name, value) in new {
            let sealed = self.seal(&format!("{place}:{name}"), value)?;
            commands.cmd("HSET").arg(&place).arg(name).arg(sealed).ignore();
        }
        if !new.is_empty() {
            let life = fields.life().as_millis().to_string();
            commands.cmd("PEXPIRE").arg(&place).arg(life).ignore();
        }
        commands.cmd("HGETALL").arg(&place);
        let (all,): (HashMap<String, Vec<u8>>,) = self.ask(fields.purpose(), &commands).await?;
        let opened = all.into_iter().filter_map(|(name, sealed)| {
            let value = self.open(&format!("{place}:{name}"), &sealed)?;
            Some((name, value))
        });
        Some(opened.collect())
    }

    /// Counts that something was asked for once more within a minute of the clock; how often it was by now, over all replicas.
    pub async fn count(&self, purpose: Purpose, what: &str, minute: u64) -> Option<u64> {
        let place = self.secret_name("minute", &[what.as_bytes(), &minute.to_be_bytes()]);
        let mut commands = Pipeline::new();
        commands.atomic().cmd("INCR").arg(&place);
        commands.cmd("PEXPIRE").arg(&place).arg(120_000).ignore();
        let (count,): (u64,) = self.ask(purpose, &commands).await?;
        Some(count)
    }
}
