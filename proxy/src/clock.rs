//! Time and chance, as arguments.

use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where the proxy takes the time of day and random values from. Waiting and time-outs go by tokio's clock, which tests can pause.
#[derive(Clone)]
pub struct Ambient {
    now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    fraction: Arc<dyn Fn() -> f64 + Send + Sync>,
    id: Arc<dyn Fn() -> u128 + Send + Sync>,
    secret: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient")
    }
}

impl Ambient {
    /// The system's clock and a random generator seeded by the system.
    #[must_use]
    pub fn real() -> Self {
        Self::new(SystemTime::now, fastrand::f64, || fastrand::u128(..))
    }

    /// One of one's own: the time, a number in `0.0..1.0` for jitter, and a number that never comes twice for nonces.
    pub fn new(
        now: impl Fn() -> SystemTime + Send + Sync + 'static,
        fraction: impl Fn() -> f64 + Send + Sync + 'static,
        id: impl Fn() -> u128 + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            fraction: Arc::new(fraction),
            id: Arc::new(id),
            secret: Arc::new(of_the_system),
        }
    }

    /// The same with other secrets.
    #[must_use]
    pub fn with_secrets(self, secret: impl Fn() -> [u8; 32] + Send + Sync + 'static) -> Self {
        Self {
            secret: Arc::new(secret),
            ..self
        }
    }

    /// Bytes that nobody can guess, new every time.
    #[must_use]
    pub fn secret_bytes(&self) -> [u8; 32] {
        (self.secret)()
    }

    /// 64 hexadecimal digits that nobody can guess, new every time.
    #[must_use]
    pub fn secret(&self) -> String {
        hex::encode(self.secret_bytes())
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.now)()
    }

    /// A random part of `most` ("full jitter").
    #[must_use]
    pub fn jitter(&self, most: Duration) -> Duration {
        most.mul_f64((self.fraction)().clamp(0.0, 1.0))
    }

    /// A signature nonce: 32 hexadecimal digits, new every time.
    #[must_use]
    pub fn nonce(&self) -> String {
        format!("{:032x}", (self.id)())
    }

    /// A request id in the form of a random UUID ([RFC 9562 §5.4](https://www.rfc-editor.org/rfc/rfc9562#section-5.4)).
    #[must_use]
    pub fn uuid(&self) -> String {
        let bits = (self.id)();
        let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        parts.join("-")
    }
}

/// From the system's generator, which does not fail once the system has started; where it does, there is no safe way to go on.
#[expect(clippy::expect_used, reason = "a secret that is none must not be used")]
fn of_the_system() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

/// The last second that RFC 3339 can tell, since 1970: the end of the year 9999.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time that somebody says in seconds since 1970. Times after the year 9999, which no clock here can tell, are its last second.
#[must_use]
pub fn at_unix_seconds(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds).min(LAST)
}

/// A time of day in UTC, with the same end.
#[must_use]
pub fn utc(time: SystemTime) -> DateTime<Utc> {
    time.min(UNIX_EPOCH + LAST).into()
}

/// Seconds since 1970, as metrics tell times.
#[must_use]
pub fn unix_seconds(time: SystemTime) -> i64 {
    utc(time).timestamp()
}

/// Milliseconds since 1970.
#[must_use]
pub fn unix_millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// As [`rfc3339`], to the millisecond.
#[must_use]
pub fn rfc3339_millis(time: SystemTime) -> String {
    utc(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A time of day as text, in UTC and to the second ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)): `2026-11-22T03:00:00Z`.
#[must_use]
pub fn rfc3339(time: SystemTime) -> String {
    utc(time).to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_nobody_can_tell_is_the_last_that_can() {
        for seconds in [LAST.as_secs(), LAST.as_secs() + 1, 1 << 53, i64::MAX as u64, u64::MAX] {
            assert_eq!(rfc3339(at_unix_seconds(seconds)), "9999-12-31T23:59:59Z");
        }
        let far = UNIX_EPOCH + Duration::from_secs(i64::MAX as u64);
        assert_eq!(rfc3339(far), "9999-12-31T23:59:59Z");
        assert_eq!(rfc3339_millis(far), "9999-12-31T23:59:59.000Z");
        assert_eq!(unix_seconds(far), LAST.as_secs() as i64);
        assert_eq!(rfc3339(at_unix_seconds(1_800_000_000)), "2027-01-15T08:00:00Z");
    }

    #[test]
    fn request_ids_have_the_form_of_random_uuids() {
        let ambient = Ambient::new(SystemTime::now, || 0.5, || u128::MAX);
        assert_eq!(ambient.uuid(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let ambient = Ambient::new(SystemTime::now, || 0.5, || 0);
        assert_eq!(ambient.uuid(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(ambient.nonce().len(), 32);
        assert_eq!(ambient.jitter(Duration::from_secs(4)), Duration::from_secs(2));
    }
}
