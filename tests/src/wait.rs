//! Waiting for something to come true, with a failure that says what was there instead.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Far beyond what anything should take: a slow machine must not make a test fail.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(25);

/// Calls `probe` until it succeeds. An error means "not yet" and should say what was seen.
///
/// # Errors
/// After 20 seconds: `what` was awaited, and the last error of `probe`.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match probe().await {
            Ok(found) => return Ok(found),
            Err(error) if Instant::now() >= deadline => {
                return Err(error.context(format!("waited {PATIENCE:?} in vain until {what}")));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

/// Calls `look` until it answers `expected`.
///
/// # Errors
/// After 20 seconds: what was awaited, and what was there last.
pub async fn until_equal<T: PartialEq + std::fmt::Debug>(
    what: &str,
    expected: T,
    mut look: impl AsyncFnMut() -> Result<T>,
) -> Result<()> {
    until(what, async || {
        let seen = look().await?;
        anyhow::ensure!(seen == expected, "expected {expected:?}, saw {seen:?}");
        Ok(())
    })
    .await
}
