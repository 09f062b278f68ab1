//! Everything that the listeners share: the state of the simulation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::dice::Dice;
use crate::directory::Directories;
use crate::faults::Striker;
use crate::fleet::{Fleet, place};
use crate::journal::Journal;
use crate::keyring::{Key, Keyring};
use crate::machine::{Machine, MachineMetadata};
use crate::{Clock, Options};

/// The state of the simulation.
pub(crate) struct World {
    seed: u64,
    clock: Arc<Clock>,
    pub(crate) pause: std::time::Duration,
    pub(crate) fleet: Fleet,
    pub(crate) keyring: Keyring,
    pub(crate) directories: Directories,
    pub(crate) journal: Journal,
    pub(crate) striker: Striker,
    pub(crate) metadata: MachineMetadata,
    pub(crate) machine: Machine,
    pub(crate) alibaba_machine: Machine,
    pub(crate) key_life: TimeDelta,
    /// Counts what needs a name of its own: requests, sessions.
    serial: AtomicU64,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        let fleet = Fleet::new(options.seed, (options.clock)(), options.rows);
        let keyring = Keyring::default();
        for (index, account) in fleet.accounts.iter().enumerate() {
            let token = account.security_token.clone();
            let key = Key {
                account: index,
                secret: account.secret_key.clone(),
                token,
                expires: None,
                role: None,
            };
            keyring.add(account.access_key.clone(), key);
        }
        Self {
            seed: options.seed,
            clock: options.clock,
            pause: options.pause,
            directories: Directories::new(options.seed, &fleet.accounts),
            fleet,
            keyring,
            journal: Journal::default(),
            striker: Striker::new(options.faults),
            metadata: options.metadata,
            machine: Machine::default(),
            alibaba_machine: Machine::default(),
            key_life: options.key_life,
            serial: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Whether an account manages the directory of its cloud: the cloud's first one does.
    pub(crate) fn manages(&self, account: usize) -> bool {
        let cloud = self.fleet.accounts[account].cloud;
        self.fleet.accounts.iter().position(|known| known.cloud == cloud) == Some(account)
    }

    /// What tokens are sealed with.
    pub(crate) fn seal(&self) -> String {
        Dice::new(self.seed, &[place::SEAL]).hex(64)
    }

    /// Dice that were never thrown before in this run.
    pub(crate) fn dice(&self, place: u64) -> Dice {
        Dice::new(self.seed, &[place, self.serial.fetch_add(1, Ordering::Relaxed)])
    }
}
