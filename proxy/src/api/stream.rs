//! The row stream: targets side by side, one line a page, in the order in which pages arrive.

use crate::targets::{Named, Target};
use crate::upstream::{Client, Done, Failure, Gone, Out, Page, walk};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::{FutureExt, Stream, stream};
use serde::Serialize;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;

/// Lines that may wait for a slow reader; with as many made, the walks wait too.
const WAITING: usize = 4;

/// Every line but that of rows, whose rows are put in as they are.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Targets {
        targets: Vec<Named<'a>>,
    },
    Done {
        target: usize,
        as_of: String,
        rows: u64,
        cache: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        capped: Option<u32>,
    },
    Failed {
        target: usize,
        as_of: Option<String>,
        error: &'a Failure,
    },
    End,
}

/// Asks all targets and gives the lines as they come. Dropping the stream ends the walks.
pub fn lines(client: Arc<Client>, targets: Vec<Target>) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let (lines, mut taken) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        tokio::select! {
            () = lines.closed() => tracing::debug!("the reader of a stream has gone"),
            _ = produce(client, targets, &lines) => {}
        }
    });
    // Not `unfold`, which panics when it is polled after its end, as the encoder of the compression does.
    stream::poll_fn(move |context| taken.poll_recv(context).map(|line| line.map(Ok)))
}

/// The walks end with this future: a set of tasks that is dropped aborts them.
async fn produce(client: Arc<Client>, targets: Vec<Target>, lines: &Sender<Bytes>) -> Result<(), Gone> {
    let named = targets.iter().map(Target::named).collect();
    send(lines, &Line::Targets { targets: named }).await?;
    let mut walks = JoinSet::new();
    for (index, target) in targets.into_iter().enumerate() {
        walks.spawn(one(Arc::clone(&client), index, target, lines.clone()));
    }
    while walks.join_next().await.is_some() {}
    send(lines, &Line::End).await
}

/// Walks one target and says how it ended. Whether the line still arrives is nobody's business any more.
async fn one(client: Arc<Client>, index: usize, target: Target, lines: Sender<Bytes>) {
    let out = Numbered { index, lines: &lines };
    let walked = AssertUnwindSafe(walk(&client, &target, &out)).catch_unwind().await;
    let walked = walked.unwrap_or_else(|_| {
        tracing::error!(
            account = target.account.id,
            source = target.source.id,
            "a walk panicked"
        );
        Err(Failure::bad_answer(
            "Signalbox could not cope with the answer: its log says more",
        ))
    });
    match walked {
        Ok(Done { as_of, rows, capped }) => {
            let done = Line::Done {
                target: index,
                as_of: utc(as_of),
                rows,
                cache: "miss",
                capped,
            };
            _ = send(&lines, &done).await;
        }
        Err(failure) => {
            let Target {
                account,
                source,
                region,
            } = &target;
            tracing::warn!(account = account.id, source = source.id, region, %failure, "a target failed");
            _ = send(
                &lines,
                &Line::Failed {
                    target: index,
                    as_of: None,
                    error: &failure,
                },
            )
            .await;
        }
    }
}

/// The pages of one target, as lines with its number.
struct Numbered<'a> {
    index: usize,
    lines: &'a Sender<Bytes>,
}

impl Out for Numbered<'_> {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        let mut line = format!(r#"{{"kind":"rows","target":{},"rows":"#, self.index);
        line.reserve(page.rows.len() + 32);
        line += &page.rows;
        if let Some(total) = page.total {
            line += &format!(r#","total":{total}"#);
        }
        line += "}\n";
        self.lines.send(line.into()).await.map_err(|_| Gone)
    }
}

async fn send(lines: &Sender<Bytes>, line: &Line<'_>) -> Result<(), Gone> {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    text.push(b'\n');
    lines.send(text.into()).await.map_err(|_| Gone)
}

/// RFC 3339 in UTC, to the second.
fn utc(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Secs, true)
}
