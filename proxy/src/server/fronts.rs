//! Which peers may connect: the fronts that the configuration names, or anybody.

use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How often it is said that connections are closed.
const SAY: Duration = Duration::from_secs(60);

/// The peers that may connect, by the address of the connection itself.
#[derive(Debug, Default)]
pub struct Fronts {
    /// Nobody is named where everybody may.
    networks: RwLock<Vec<IpNet>>,
    closed: Mutex<Closed>,
}

#[derive(Debug, Default)]
struct Closed {
    /// Connections since it was said last.
    count: u64,
    said: Option<Instant>,
}

impl Fronts {
    /// Those in these networks; everybody, where there is none.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self {
            networks: RwLock::new(networks),
            closed: Mutex::default(),
        }
    }

    /// From now on those in these networks. Who is inside stays.
    pub fn replace(&self, networks: Vec<IpNet>) {
        *self.networks.write().unwrap_or_else(PoisonError::into_inner) = networks;
    }

    /// Whether a peer may connect. The log hears of those who may not, once a minute at most.
    #[must_use]
    pub fn let_in(&self, peer: IpAddr) -> bool {
        // A listener on `::` sees IPv4 peers as mapped addresses.
        let peer = peer.to_canonical();
        let networks = self.networks.read().unwrap_or_else(PoisonError::into_inner);
        if networks.is_empty() || networks.iter().any(|network| network.contains(&peer)) {
            return true;
        }
        if let Some(connections) = self.to_say(Instant::now()) {
            tracing::warn!(%peer, connections, "closed without an answer: only the addresses in `fronts` may connect");
        }
        false
    }

    /// How many connections were closed since that was said last, if it is time to say so again.
    fn to_say(&self, now: Instant) -> Option<u64> {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.count += 1;
        if closed.said.is_some_and(|said| now.duration_since(said) < SAY) {
            return None;
        }
        closed.said = Some(now);
        Some(std::mem::take(&mut closed.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_are_named_may_connect() {
        let named = Fronts::new(vec!["10.0.0.0/8".parse().unwrap(), "fd00::7/128".parse().unwrap()]);
        let anybody = Fronts::default();
        for (peer, may) in [
            ("10.255.0.1", true),
            ("::ffff:10.1.2.3", true),
            ("fd00::7", true),
            ("11.0.0.1", false),
            ("fd00::8", false),
            ("127.0.0.1", false),
            ("::ffff:127.0.0.1", false),
            ("::1", false),
        ] {
            let peer = peer.parse().unwrap();
            assert_eq!(named.let_in(peer), may, "{peer}");
            assert!(anybody.let_in(peer));
        }
    }

    #[test]
    fn that_connections_are_closed_is_said_once_a_minute_with_their_number() {
        let fronts = Fronts::default();
        let start = Instant::now();
        let after = |seconds| fronts.to_say(start + Duration::from_secs(seconds));
        assert_eq!([after(0), after(1), after(59)], [Some(1), None, None]);
        assert_eq!([after(60), after(61), after(200)], [Some(3), None, Some(2)]);
    }
}
