//! All rows of some targets in memory.

use super::coverage::Covered;
use crate::crawl::Done;
use crate::error::TargetError;
use crate::memory::{Held, Memory, MemoryError};
use crate::target::Target;
use crate::walks::{self, Event, WAITING};
use catalog::Table;
use futures_util::{Stream, StreamExt};
use std::pin::pin;
use table::Rows;
use table::rows::IngestError;
use tokio::task::{JoinError, spawn_blocking};

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

/// Takes what the walks bring, to their ends. Dropping the future drops them.
///
/// # Errors
/// See [`GatherError`].
pub async fn gather(
    walks: impl Stream<Item = Event>,
    memory: &Memory,
    table: &'static Table,
) -> Result<Gathered, GatherError> {
    let mut walks = pin!(walks.ready_chunks(WAITING));
    let mut held = Held::nothing(memory);
    let mut taken = Taken {
        rows: Rows::new(table),
        targets: Vec::new(),
    };
    while let Some(events) = walks.next().await {
        for event in &events {
            if let Event::Page(_, rows) = event {
                held.take(rows.length())?;
            }
        }
        // Off the threads that answer.
        let work = spawn_blocking(move || {
            for event in events {
                taken.take(event)?;
            }
            Ok::<_, GatherError>(taken)
        });
        taken = work.await??;
    }
    let unreadable = taken.rows.unreadable();
    let covered = taken.targets.into_iter().zip(0..).map(|(ending, number)| {
        let mut covered = ending.covered();
        covered.unreadable = unreadable.get(number).copied().unwrap_or_default();
        covered
    });
    Ok(Gathered {
        targets: covered.collect(),
        rows: taken.rows,
        held,
    })
}

/// What has been taken in so far.
struct Taken {
    rows: Rows,
    targets: Vec<Ending>,
}

/// What is known of a target.
struct Ending {
    target: Target,
    /// Rows that are new with it.
    count: u64,
    /// Why some could not be read.
    unread: Option<TargetError>,
    walked: Result<Done, TargetError>,
}

impl Taken {
    fn take(&mut self, event: Event) -> Result<(), GatherError> {
        match event {
            Event::Targets(targets) => targets.iter().for_each(|target| self.begin(target.clone())),
            Event::Page(number, rows) => return self.ingest(number, &rows),
            Event::Done(number, done, _) => self.end(number, Ok(done)),
            Event::Failed(number, error) => self.end(number, Err(error)),
        }
        Ok(())
    }

    fn begin(&mut self, target: Target) {
        let Target {
            account,
            source,
            region,
        } = &target;
        let number = self.rows.add_target(source.cloud().id, &account.id, region, source);
        let label = |label: &Option<String>| label.clone().unwrap_or_default();
        let labels = &account.labels;
        self.rows
            .label_target(number, &label(&labels.env), &label(&labels.team));
        self.targets.push(Ending {
            target,
            count: 0,
            unread: None,
            walked: Err(TargetError::cancelled()),
        });
    }

    fn ingest(&mut self, number: u32, rows: &walks::Rows) -> Result<(), GatherError> {
        // What cannot be read as it is kept cannot be read as JSON either.
        let page = rows.page();
        let text = page.as_ref().map_or("", |page| &page.rows);
        let taken = self.rows.ingest(number, text);
        let Some(ending) = self.targets.get_mut(number as usize) else {
            return Ok(());
        };
        match taken {
            Ok(new) => ending.count += new as u64,
            Err(IngestError::Full) => return Err(GatherError::Full),
            Err(error) => {
                tracing::error!(%error, "rows that cannot be read");
                ending.unread = Some(TargetError::bad_answer("a page of rows could not be read"));
            }
        }
        Ok(())
    }

    fn end(&mut self, number: u32, walked: Result<Done, TargetError>) {
        if let Some(ending) = self.targets.get_mut(number as usize) {
            ending.walked = walked;
        }
    }
}

impl Ending {
    fn covered(self) -> Covered {
        let walked = match self.unread {
            Some(error) => Err(error),
            None => self.walked,
        };
        Covered::new(&self.target, self.count, walked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::fake::{Cloud as Fake, counter, error, json};
    use crate::walks::Walks;
    use crate::walks::tests::{client, targets};
    use serde_json::json;
    use std::time::Duration;

    fn patches() -> &'static Table {
        catalog::table("patches").unwrap()
    }

    #[tokio::test]
    async fn targets_keep_their_order_whatever_the_order_of_their_ends() {
        let cloud = Fake::new(|request| match request.host() {
            host if host.contains("r1") => error(403, r#"{"Code":"NoPermission","Message":"no"}"#),
            host => json(&json!({"InstancePatchStates": [{"InstanceId": host}, {"InstanceId": "i-2"}]})),
        });
        let asked = targets(&["r0", "r1", "r2"]);
        let memory = Memory::new(1 << 20);
        let Ok(Gathered { rows, targets, .. }) = gather(Walks::open(&client(&cloud), asked), &memory, patches()).await
        else {
            panic!("not gathered")
        };
        assert_eq!(rows.len(), 4);
        let ids: Vec<_> = targets.iter().map(Covered::id).collect();
        let id = |region: &str| format!("alibaba-test/{region}/alibaba.oos.instance-patch-states");
        assert_eq!(ids, ["r0", "r1", "r2"].map(id));
        let gaps: Vec<_> = targets.iter().map(|target| target.gap().is_some()).collect();
        assert_eq!(gaps, [false, true, false]);
    }

    #[tokio::test]
    async fn rows_with_unreadable_values_are_counted_and_none_is_lost() {
        let row = |n: u32, missing: &str| json!({"InstanceId": format!("i-{n}"), "BaselineId": "pb", "MissingCount": missing, "FailedCount": "0", "InstalledPendingRebootCount": "0"});
        let cloud = Fake::new(move |request| match request.host() {
            host if host.contains("r1") => {
                json(&json!({"InstancePatchStates": [row(1, "0"), row(1, "1"), row(2, "0")]}))
            }
            _ => json(&json!({"InstancePatchStates": [row(1, "1,024"), {"x": 1}, {"x": 2}, row(3, "0")]})),
        });
        let memory = Memory::new(1 << 20);
        let asked = targets(&["r0", "r1"]);
        let Ok(Gathered { rows, targets, .. }) = gather(Walks::open(&client(&cloud), asked), &memory, patches()).await
        else {
            panic!("not gathered")
        };
        let counts: Vec<_> = targets.iter().map(|target| (target.rows, target.unreadable)).collect();
        assert_eq!((rows.len(), counts), (7, vec![(4, 3), (3, 0)]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_fit_is_refused_and_its_walks_end() {
        let next = counter();
        let page = move |_: &_| {
            let number = next().to_string();
            json(&json!({"InstancePatchStates": [{"n": number, "a": "x".repeat(1000)}], "NextToken": number}))
        };
        let cloud = Fake::new(page).delay(Duration::from_millis(10));
        let memory = Memory::new(64 << 10);
        let refused = gather(Walks::open(&client(&cloud), targets(&["r1", "r2"])), &memory, patches()).await;
        let Err(GatherError::Memory(MemoryError::TooLarge)) = refused else {
            panic!("an endless list fits in 64 KiB")
        };
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = cloud.requests().len();
        assert!(before < 64 + 2 * WAITING, "{before} requests");
        tokio::time::sleep(Duration::from_secs(1000)).await;
        assert_eq!(cloud.requests().len(), before);
    }
}
