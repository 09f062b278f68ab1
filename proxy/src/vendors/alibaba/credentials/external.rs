//! Keys that a program of the operator's prints (mode `External` of a profile).

use super::document::time;
use crate::clock::Ambient;
use crate::credentials::exchange::LARGEST;
use crate::credentials::{Issued, IssuerError, Keys};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

/// How long the program may take.
const LONGEST: Duration = Duration::from_secs(30);

/// How long keys are taken that the program gives no end for. The SDKs run it every time.
const UNKNOWN: TimeDelta = TimeDelta::minutes(15);

/// What the program prints. Without `Debug`: it holds secrets.
#[derive(Deserialize)]
struct Printed {
    mode: Option<String>,
    access_key_id: Option<String>,
    access_key_secret: Option<String>,
    sts_token: Option<String>,
    expiration: Option<String>,
}

/// Runs a command, without a shell, and reads what it prints. What it says on standard error is not looked at: it may be anything.
///
/// # Errors
/// It cannot be run, fails, takes too long, or prints no keys.
pub(super) async fn run(command: &str, ambient: &Ambient) -> Result<Issued, IssuerError> {
    let wrong = |why: String| IssuerError::new(format!("process_command {why}"));
    let words = split(command).ok_or_else(|| wrong("has a quote without an end".to_owned()))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(wrong("is missing".to_owned()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| wrong(format!("cannot be run: {program}: {error}")))?;
    let output = child.stdout.take();
    let done = async {
        let mut text = Vec::new();
        if let Some(output) = output {
            output.take(LARGEST as u64).read_to_end(&mut text).await?;
        }
        child.wait().await.map(|status| (status, text))
    };
    let done = timeout(LONGEST, done).await;
    let done = done.map_err(|_| wrong(format!("did not end within {} s", LONGEST.as_secs())))?;
    let (status, text) = done.map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if !status.success() {
        return Err(wrong(format!("failed: {status}")));
    }
    let printed: Printed =
        serde_json::from_slice(&text).map_err(|_| wrong("prints something else than the JSON of keys".to_owned()))?;
    let token = printed.sts_token.as_deref();
    if printed.mode.as_deref() == Some("StsToken") && token.is_none_or(str::is_empty) {
        return Err(wrong("prints mode StsToken without sts_token".to_owned()));
    }
    let keys = Keys::read(
        printed.access_key_id.as_deref(),
        printed.access_key_secret.as_deref(),
        token,
    );
    let keys = keys.ok_or_else(|| wrong("prints no usable access_key_id and access_key_secret".to_owned()))?;
    let end = match printed.expiration.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => time(text).ok_or_else(|| wrong("prints an expiration that is no time".to_owned()))?,
        None => DateTime::<Utc>::from(ambient.now()) + UNKNOWN,
    };
    Ok(Issued {
        keys,
        expires: Some(end),
    })
}

/// A command line as words, by the quoting of a POSIX shell and nothing else of it. None for a quote without an end.
fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        match sign {
            sign if sign.is_whitespace() => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(signs.next()?),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match signs.next()? {
                        end if end == sign => break,
                        '\\' if sign == '"' => match signs.next()? {
                            special @ ('"' | '\\') => word.push(special),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_split_as_the_sdk_splits_them() {
        let words = |line| split(line).unwrap().join("|");
        assert_eq!(words("a  b\tc"), "a|b|c");
        assert_eq!(
            words(r#"a 'b "c' "d 'e" f\ g "h\"i\\j\k" '' "#),
            r#"a|b "c|d 'e|f g|h"i\j\k|"#
        );
        assert_eq!(words("x=$(y);z"), "x=$(y);z");
        for open in ["'a", "\"a", "a\\"] {
            assert!(split(open).is_none(), "{open}");
        }
        assert!(split("  ").unwrap().is_empty());
    }
}
