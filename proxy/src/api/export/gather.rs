//! All rows of some targets in memory, and how much of it there is for that.

use super::coverage::Covered;
use crate::http::problem::ApiError;
use crate::targets::Target;
use crate::ask::Client;
use crate::error::TargetError;
use crate::crawl::{Gone, Out, Page, outcome};
use catalog::Table;
use http::StatusCode;
use std::sync::Arc;
use table::Rows;
use table::rows::IngestError;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinSet, spawn_blocking};

/// Pages that may wait to be taken in; with as many there, the walks wait.
const WAITING: usize = 16;
/// What is counted at a time, in bytes.
const UNIT: usize = 1 << 10;
/// Seconds after which a script may try again.
const LATER: u16 = 30;

/// The memory that all exports share, counted by the text that the clouds sent.
#[derive(Clone, Debug)]
pub struct Memory {
    free: Arc<Semaphore>,
    units: usize,
}

impl Memory {
    /// So many bytes for all exports together.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(units)),
            units,
        }
    }
}

/// What one export has of it, until it is dropped.
#[derive(Debug)]
pub struct Held {
    memory: Memory,
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Nothing yet.
    pub fn nothing(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            permit: None,
        }
    }

    /// Takes room for so many bytes more.
    fn take(&mut self, bytes: usize) -> Result<(), ApiError> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let Ok(more) = Arc::clone(&self.memory.free).try_acquire_many_owned(units) else {
            return Err(self.refusal(units));
        };
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    fn refusal(&self, units: u32) -> ApiError {
        let held = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if held + units as usize > self.memory.units {
            let detail =
                "the rows are more than an export may hold in memory: ask for fewer accounts or regions at once";
            return ApiError::new(StatusCode::INSUFFICIENT_STORAGE, detail);
        }
        let detail = "other exports need the memory: try again later, or ask for fewer accounts or regions at once";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(LATER)
    }
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
/// There is not enough memory for the rows.
pub async fn gather(
    client: &Arc<Client>,
    memory: &Memory,
    table: &'static Table,
    targets: Vec<Target>,
) -> Result<Gathered, ApiError> {
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
            let (index, ending) = walked.map_err(ApiError::internal)?;
            endings[index] = ending;
        }
        Ok(endings)
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
            rows.add_target(source.cloud.id(), &account.id, region, source);
        }
        Self {
            rows,
            targets: targets.iter().map(|_| (0, None)).collect(),
        }
    }

    fn ingest(&mut self, batch: &Batch) -> Result<(), ApiError> {
        let number = u32::try_from(batch.index).unwrap_or(u32::MAX);
        let taken = self.rows.ingest(number, &batch.rows);
        let Some((count, unread)) = self.targets.get_mut(batch.index) else {
            return Err(ApiError::internal("a page of a target that was not asked"));
        };
        match taken {
            Ok(new) => *count += new as u64,
            Err(IngestError::Full) => {
                let detail = "more rows than one export can hold: ask for fewer accounts or regions at once";
                return Err(ApiError::new(StatusCode::INSUFFICIENT_STORAGE, detail));
            }
            Err(error) => {
                tracing::error!(%error, "rows that cannot be read");
                *unread = Some(TargetError::bad_answer("a page of rows could not be read"));
            }
        }
        Ok(())
    }
}

/// Takes all pages in as they come, off the threads that answer.
async fn take_in(mut taken: Taken, mut batches: Receiver<Batch>, mut held: Held) -> Result<(Taken, Held), ApiError> {
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
            Ok(taken)
        });
        taken = work.await.map_err(ApiError::internal)??;
    }
    Ok((taken, held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    fn status(taken: Result<(), ApiError>) -> u16 {
        taken.map_or_else(|error| error.into_response().status().as_u16(), |()| 200)
    }

    #[test]
    fn memory_is_shared_and_given_back() {
        let memory = Memory::new(10 * UNIT);
        let mut one = Held::nothing(&memory);
        let mut other = Held::nothing(&memory);
        assert_eq!(status(one.take(4 * UNIT + 1)), 200);
        assert_eq!(status(other.take(5 * UNIT)), 200);
        assert_eq!(status(other.take(1)), 503, "the first has it");
        let later = other.take(1).unwrap_err().into_response();
        assert_eq!(later.headers()["retry-after"], "30");
        assert_eq!(status(other.take(6 * UNIT)), 507, "not even alone");
        drop(one);
        assert_eq!(status(other.take(5 * UNIT)), 200);
        drop(other);
        assert_eq!(memory.free.available_permits(), 10);
    }
}
