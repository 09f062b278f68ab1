//! When a token counts ([RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1)).

use super::claims::Claims;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far clocks may be apart.
pub const SKEW: Duration = Duration::from_secs(60);

/// A token does not count at this time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// A time is missing.
    #[error("the token has no {0:?}")]
    Missing(&'static str),
    /// A time is no number.
    #[error("{0:?} of the token is no number of seconds")]
    Unreadable(&'static str),
    /// Its end is over.
    #[error("the token ended {0:.0} s ago")]
    Over(f64),
    /// It begins later.
    #[error("{0:?} of the token is {1:.0} s ahead of this host's clock: is it right?")]
    Ahead(&'static str, f64),
}

/// Whether a token counts now: its end (`exp`) must be there and ahead; `nbf` and `iat`, where they are there, behind.
///
/// # Errors
/// It does not.
pub fn are_now(said: &Claims, now: SystemTime) -> Result<(), TimeError> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let skew = SKEW.as_secs_f64();
    let end = seconds(said, "exp")?.ok_or(TimeError::Missing("exp"))?;
    if now - end >= skew {
        return Err(TimeError::Over(now - end));
    }
    for name in ["nbf", "iat"] {
        if let Some(from) = seconds(said, name)?
            && from - now > skew
        {
            return Err(TimeError::Ahead(name, from - now));
        }
    }
    Ok(())
}

fn seconds(said: &Claims, name: &'static str) -> Result<Option<f64>, TimeError> {
    match said.get(name) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(TimeError::Unreadable(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn at(said: &Value, now: u64) -> Result<(), TimeError> {
        are_now(said.as_object().unwrap(), UNIX_EPOCH + Duration::from_secs(now))
    }

    #[test]
    fn clocks_may_be_a_minute_apart_and_no_more() {
        let said = json!({"exp": 1_300, "nbf": 1_000, "iat": 1_000});
        for (now, fine) in [
            (939, false),
            (940, true),
            (1_000, true),
            (1_300, true),
            (1_359, true),
            (1_360, false),
        ] {
            assert_eq!(at(&said, now).is_ok(), fine, "{now}");
        }
        assert_eq!(
            at(&json!({"exp": 1_300, "iat": 1_062}), 1_000),
            Err(TimeError::Ahead("iat", 62.0))
        );
        assert!(at(&json!({"exp": 1_300.5}), 1_000).is_ok());
    }

    #[test]
    fn a_token_without_an_end_or_with_odd_times_does_not_count() {
        assert_eq!(at(&json!({"iat": 1_000}), 1_000), Err(TimeError::Missing("exp")));
        for odd in [json!("1300"), json!(null), json!([1_300]), json!(true)] {
            assert_eq!(
                at(&json!({ "exp": odd }), 1_000),
                Err(TimeError::Unreadable("exp")),
                "{odd}"
            );
            assert_eq!(
                at(&json!({"exp": 1_300, "nbf": odd}), 1_000),
                Err(TimeError::Unreadable("nbf"))
            );
        }
        assert!(at(&json!({"exp": -1}), 1_000).is_err());
        assert!(at(&json!({"exp": 1e300}), 1_000).is_ok());
    }
}
