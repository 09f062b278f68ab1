//! Random names: codes, session ids, key ids, nonces.

use ring::rand::{SecureRandom, SystemRandom};

/// 32 hexadecimal digits that nobody can guess.
pub(crate) fn token() -> String {
    let mut bytes = [0; 16];
    #[expect(
        clippy::expect_used,
        reason = "the system's random numbers do not run out once it has started"
    )]
    SystemRandom::new().fill(&mut bytes).expect("random numbers");
    hex::encode(bytes)
}
