//! All rows of some targets in memory.

use super::coverage::Covered;
use crate::ask::Client;
use crate::crawl::{Gone, Out, Page, outcome};
use crate::error::TargetError;
use crate::memory::{Held, Memory, MemoryError};
use crate::target::Target;
use catalog::Table;
use std::sync::Arc;
use table::Rows;
use table::rows::IngestError;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinError, JoinSet, spawn_blocking};

/// Pages that may wait to be taken in; with as many there, the walks wait.
const WAITING: usize = 16;

/// Why the rows could not be gathered. What goes wrong with a single target is not among it: that is how the target ended.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// There is no memory for them.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// More than a table of this program can hold.
    #[error("more rows than a table can hold")]
    Full,
    /// The thread that takes them in has panicked.
    #[error("rows could not be taken in: {0}")]
    Broken(#[from] JoinError),
}

/// The rows of all targets, and how each target ended.
pub struct Gathered {
    /// Target by target as asked, whatever the order in which they answered.
    pub rows: Rows,
    /// In the order in which they were asked for.
    pub targets: Vec<Covered>,
    /// The memory of the rows.
    pub held: Held,
}

/// Walks all targets to their ends. Dropping the future ends the walks.
///
/// # Errors
/// See [`GatherError`].
pub async fn gather(
    client: &Arc<Client>,
    memory: &Memory,
    table: &'static Table,
    targets: Vec<Target>,
) -> Result<Gathered, GatherError> {
    let (send, batches) = mpsc::channel(WAITING);
    let mut walks = JoinSet::new();
    for (index, target) in targets.iter().cloned().enumerate() {
        let client = Arc::clone(client);
        let out = Numbered {
            index,
            batches: send.clone(),
        };
        walks.spawn(async move { (index, outcome(&client, &target, &out).await) });
    }
    drop(send);
    let ended = async {
        let mut endings: Vec<_> = targets.iter().map(|_| Err(TargetError::cancelled())).collect();
        while let Some(walked) = walks.join_next().await {
            let (index, ending) = walked?;
            endings[index] = ending;
        }
        Ok::<_, GatherError>(endings)
    };
    let taken = take_in(Taken::new(table, &targets), batches, Held::nothing(memory));
    // The first refusal drops the other half, and with it the walks.
    let ((taken, held), endings) = tokio::try_join!(taken, ended)?;
    let covered = targets.iter().zip(endings).zip(taken.targets);
    let covered = covered.map(|((target, ending), (count, unread))| {
        let ending = match unread {
            Some(failure) => Err(failure),
            None => ending,
        };
        Covered::new(target, count, ending)
    });
    Ok(Gathered {
        targets: covered.collect(),
        rows: taken.rows,
        held,
    })
}

/// A page with its target's number.
struct Batch {
    index: usize,
    rows: String,
}

struct Numbered {
    index: usize,
    batches: Sender<Batch>,
}

impl Out for Numbered {
    async fn page(&self, page: Page) -> Result<(), Gone> {
        let batch = Batch {
            index: self.index,
            rows: page.rows,
        };
        self.batches.send(batch).await.map_err(|_| Gone)
    }
}

/// What has been taken in so far.
struct Taken {
    rows: Rows,
    /// Of each target: how many rows are new with it, and why some could not be read.
    targets: Vec<(u64, Option<TargetError>)>,
}

impl Taken {
    fn new(table: &'static Table, targets: &[Target]) -> Self {
        let mut rows = Rows::new(table);
        for target in targets {
            let Target {
                account,
                source,
                region,
            } = target;
            rows.add_target(source.cloud().id, &account.id, region, source);
        }
        Self {
            rows,
            targets: targets.iter().map(|_| (0, None)).collect(),
        }
    }

    fn ingest(&mut self, batch: &Batch) -> Result<(), GatherError> {
        let number = u32::try_from(batch.index).unwrap_or(u32::MAX);
        let taken = self.rows.ingest(number, &batch.rows);
        let Some((count, unread)) = self.targets.get_mut(batch.index) else {
            return Ok(());
        };
        match taken {
            Ok(new) => *count += new as u64,
            Err(IngestError::Full) => return Err(GatherError::Full),
            Err(error) => {
                tracing::error!(%error, "rows that cannot be read");
                *unread = Some(TargetError::bad_answer("a page of rows could not be read"));
            }
        }
        Ok(())
    }
}

/// Takes all pages in as they come, off the threads that answer.
async fn take_in(mut taken: Taken, mut batches: Receiver<Batch>, mut held: Held) -> Result<(Taken, Held), GatherError> {
    let mut some = Vec::new();
    while batches.recv_many(&mut some, WAITING).await > 0 {
        for batch in &some {
            held.take(batch.rows.len())?;
        }
        let batches = std::mem::take(&mut some);
        let work = spawn_blocking(move || {
            for batch in &batches {
                taken.ingest(batch)?;
            }
            Ok::<_, GatherError>(taken)
        });
        taken = work.await??;
    }
    Ok((taken, held))
}
