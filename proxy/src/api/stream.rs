//! The row stream: targets side by side, one line a page, in the order in which pages arrive.

use crate::ask::Client;
use crate::clock::rfc3339;
use crate::crawl::{Done, Gone, Out, Page, outcome};
use crate::target::Target;
use bytes::Bytes;
use futures_util::{Stream, stream};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;
use wire::{Cache, Failed, Line};

/// Lines that may wait for a slow reader; with as many made, the walks wait too.
const WAITING: usize = 4;

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
    for (index, target) in (0..).zip(targets) {
        walks.spawn(one(Arc::clone(&client), index, target, lines.clone()));
    }
    while walks.join_next().await.is_some() {}
    send(lines, &Line::End).await
}

/// Walks one target and says how it ended. Whether the line still arrives is nobody's business any more.
async fn one(client: Arc<Client>, index: u32, target: Target, lines: Sender<Bytes>) {
    let out = Numbered { index, lines: &lines };
    let last = match outcome(&client, &target, &out).await {
        Ok(Done { as_of, rows, capped }) => Line::Done(wire::Done {
            target: index,
            as_of: rfc3339(as_of),
            rows,
            cache: Cache::Miss,
            capped: capped.map(u64::from),
        }),
        Err(error) => Line::Failed(Failed { target: index, error }),
    };
    _ = send(&lines, &last).await;
}

/// The pages of one target, as lines with its number.
struct Numbered<'a> {
    index: u32,
    lines: &'a Sender<Bytes>,
}

impl Out for Numbered<'_> {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        let line = Line::Rows {
            target: self.index,
            rows: &page.rows,
            total: page.total,
        };
        send(self.lines, &line).await
    }
}

async fn send(lines: &Sender<Bytes>, line: &Line<'_>) -> Result<(), Gone> {
    lines.send(line.to_bytes().into()).await.map_err(|_| Gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::tests::account;
    use crate::ask::Limits;
    use crate::ask::fake::{Cloud as Fake, counter, json};
    use crate::clock::Ambient;
    use futures_util::StreamExt;
    use serde_json::json;
    use std::time::Duration;

    /// A cloud whose lists never end, and a stream of three of them.
    fn endless() -> (Fake, impl Stream<Item = Result<Bytes, Infallible>> + Unpin) {
        let next = counter();
        let page = move |_: &_| json(&json!({"InstancePatchStates": [{}], "NextToken": next().to_string()}));
        let cloud = Fake::new(page).delay(Duration::from_millis(10));
        let client = Client::new(Arc::new(cloud.clone()), Limits::default(), Ambient::real());
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let target = |region: &str| Target {
            account: Arc::new(account(source.cloud())),
            source,
            region: region.into(),
        };
        let targets = ["r1", "r2", "r3"].map(target).into();
        (cloud, lines(Arc::new(client), targets))
    }

    #[tokio::test(start_paused = true)]
    async fn walks_wait_for_a_reader_who_does_not_read() {
        let (cloud, mut stream) = endless();
        tokio::time::sleep(Duration::from_secs(10)).await;
        // The line of targets, three more that wait, and one in the hand of each walk.
        let before = cloud.requests().len();
        assert!(
            (3..=WAITING + 3).contains(&before),
            "{before} requests for what nobody has read"
        );
        for _ in 0..20 {
            stream.next().await.unwrap().unwrap();
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(cloud.requests().len(), before + 20);
    }

    #[tokio::test(start_paused = true)]
    async fn walks_end_with_their_reader() {
        let (cloud, mut stream) = endless();
        for _ in 0..20 {
            stream.next().await.unwrap().unwrap();
        }
        drop(stream);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = cloud.requests().len();
        tokio::time::sleep(Duration::from_secs(1000)).await;
        assert_eq!(cloud.requests().len(), before);
    }

    #[tokio::test]
    async fn an_ended_stream_stays_ended() {
        let client = Client::new(
            Arc::new(Fake::new(|_| json(&json!({})))),
            Limits::default(),
            Ambient::real(),
        );
        let mut stream = lines(Arc::new(client), vec![]);
        assert_eq!(
            stream.next().await.unwrap().unwrap(),
            "{\"kind\":\"targets\",\"targets\":[]}\n"
        );
        assert_eq!(stream.next().await.unwrap().unwrap(), "{\"kind\":\"end\"}\n");
        assert!(stream.next().await.is_none());
        assert!(stream.next().await.is_none());
    }
}
