//! How a walk ends, whatever happens on the way.

use super::{Client, Done, Failure, Out, walk};
use crate::targets::Target;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// Walks a target like [`walk`] and notes in the log why it failed. A panic on the way is a failure of this target alone.
///
/// # Errors
/// As [`walk`].
pub async fn outcome(client: &Client, target: &Target, out: &impl Out) -> Result<Done, Failure> {
    let Target {
        account,
        source,
        region,
    } = target;
    let walked = AssertUnwindSafe(walk(client, target, out)).catch_unwind().await;
    let walked = walked.unwrap_or_else(|_| {
        tracing::error!(account = account.id, source = source.id, "a walk panicked");
        Err(Failure::bad_answer(
            "Signalbox could not cope with the answer: its log says more",
        ))
    });
    if let Err(failure) = &walked {
        tracing::warn!(account = account.id, source = source.id, region, %failure, "a target failed");
    }
    walked
}
