//! All keys of a running provider.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::draft::Signer;
use crate::front::Front;
use crate::key::{Algorithm, Key};
use crate::profile::Profile;

/// Which of the fixed RSA keys are whose: the provider takes turns with the first three.
const OWN_TURNS: usize = 3;
const OTHER_TURN: usize = 3;
const FRONT_TURN: usize = 4;
const STRANGER_TURN: usize = 5;

/// The keys: the provider's own, those that are published beside them, those of fronts, and those that nobody should know.
pub(crate) struct KeyRing {
    /// Whether published keys say `alg`.
    with_algorithms: bool,
    algorithm: Algorithm,
    turn: usize,
    /// The newest signs.
    own: Vec<Arc<Key>>,
    others: Vec<Arc<Key>>,
    fronts: HashMap<Front, Arc<Key>>,
    strangers: HashMap<Algorithm, Arc<Key>>,
}

impl KeyRing {
    pub(crate) fn new(profile: &Profile) -> Self {
        let (algorithm, others) = (profile.algorithm, profile.other_keys);
        Self {
            with_algorithms: profile.key_algorithms,
            algorithm,
            turn: 0,
            own: vec![Arc::new(Key::new(algorithm, 0))],
            others: others
                .iter()
                .map(|&other| Arc::new(Key::new(other, OTHER_TURN)))
                .collect(),
            fronts: HashMap::new(),
            strangers: HashMap::new(),
        }
    }

    /// A new key signs from now on; the former ones stay published.
    pub(crate) fn rotate(&mut self) {
        self.turn = (self.turn + 1) % OWN_TURNS;
        self.own.push(Arc::new(Key::new(self.algorithm, self.turn)));
    }

    /// Only the key that signs now stays published.
    pub(crate) fn withdraw_former(&mut self) {
        let former = self.own.len() - 1;
        self.own.drain(..former);
    }

    /// The key of a signer that has one.
    pub(crate) fn find(&mut self, signer: &Signer) -> Option<Arc<Key>> {
        match *signer {
            Signer::Provider => self.own.last().cloned(),
            Signer::Front(front) => Some(self.front(front)),
            Signer::Stranger(algorithm) => Some(self.stranger(algorithm)),
            Signer::Secret(_) | Signer::PublicKeyOf(_) | Signer::Nobody => None,
        }
    }

    pub(crate) fn front(&mut self, front: Front) -> Arc<Key> {
        let make = || Arc::new(Key::new(front.algorithm(), FRONT_TURN));
        Arc::clone(self.fronts.entry(front).or_insert_with(make))
    }

    pub(crate) fn stranger(&mut self, algorithm: Algorithm) -> Arc<Key> {
        let make = || Arc::new(Key::new(algorithm, STRANGER_TURN));
        Arc::clone(self.strangers.entry(algorithm).or_insert_with(make))
    }

    /// The set in which the provider publishes its keys: strangers first, so that nobody gets by with the first one.
    pub(crate) fn published(&self) -> Value {
        // Shared secrets are published nowhere.
        let own = self.own.iter().filter(|_| self.algorithm != Algorithm::Hs256);
        self.set(self.others.iter().chain(own))
    }

    /// The set without the keys that sign.
    pub(crate) fn others(&self) -> Value {
        self.set(&self.others)
    }

    fn set<'a>(&self, keys: impl IntoIterator<Item = &'a Arc<Key>>) -> Value {
        let mut published = set(keys);
        if !self.with_algorithms
            && let Some(keys) = published["keys"].as_array_mut()
        {
            keys.iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|key| _ = key.remove("alg"));
        }
        published
    }

    /// The keys that no client should ever take.
    pub(crate) fn strangers(&self) -> Value {
        set(self.strangers.values())
    }
}

/// A key set (RFC 7517 §5).
pub(crate) fn set<'a>(keys: impl IntoIterator<Item = &'a Arc<Key>>) -> Value {
    let keys: Vec<Value> = keys.into_iter().map(|key| key.jwk()).collect();
    json!({"keys": keys})
}
