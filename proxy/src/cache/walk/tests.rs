use super::*;
use crate::crawl::Page;
use futures_util::FutureExt;
use std::time::SystemTime;

fn page() -> KeptPage {
    let page = Page {
        rows: r#"[{"a":1}]"#.into(),
        count: 1,
        total: None,
        request_id: None,
    };
    KeptPage::new(&page).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "an ending as walks have it")]
fn done() -> Ending {
    Ok(Done {
        as_of: SystemTime::UNIX_EPOCH,
        rows: 1,
        capped: None,
    })
}

/// A walk that flows, as fast as its readers let it.
fn flowing(pages: usize) -> (Arc<SharedWalk>, Vec<Reader>) {
    let (walk, first) = SharedWalk::begin(&Arc::default(), false);
    let readers = vec![first, walk.join().unwrap(), walk.join().unwrap()];
    let flows = Arc::clone(&walk);
    tokio::spawn(async move {
        for _ in 0..pages {
            if flows.page(page(), None).await.is_err() {
                return flows.end(Err(TargetError::cancelled()));
            }
        }
        flows.end(done());
    });
    (walk, readers)
}

/// Reads to the end, with such a pause before each page; how many pages came, and how it ended.
async fn read(mut reader: Reader, pause: Duration) -> (usize, Ending) {
    let mut pages = 0;
    loop {
        tokio::time::sleep(pause).await;
        match reader.next().await {
            Next::Page(_) => pages += 1,
            Next::End(ending) => return (pages, ending),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_keeps_others_waiting_for_too_long_loses_what_flows_and_the_others_do_not() {
    let (walk, mut readers) = flowing(1000);
    let slow = tokio::spawn(read(readers.pop().unwrap(), Duration::from_secs(20)));
    let start = Instant::now();
    let others = readers
        .into_iter()
        .map(|reader| tokio::spawn(read(reader, Duration::from_millis(1))));
    for other in others.collect::<Vec<_>>() {
        assert_eq!(other.await.unwrap(), (1000, done()));
    }
    assert!(
        start.elapsed() <= PATIENCE + Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
    let (pages, ending) = slow.await.unwrap();
    assert!(pages < 20, "{pages}");
    assert_eq!(ending.unwrap_err().public.code.as_str(), "TooLarge");
    assert!(walk.join().is_none());
}

#[tokio::test(start_paused = true)]
async fn who_reads_alone_takes_their_time() {
    let (walk, readers) = flowing(30);
    let slow = readers.into_iter().next_back().unwrap();
    assert_eq!(read(slow, Duration::from_secs(100)).await, (30, done()));
    assert!(walk.state().pages.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_flows_for_nobody_ends() {
    let (walk, readers) = flowing(usize::MAX);
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(walk.state().pages.len(), WINDOW);
    drop(readers);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(walk.state().end, Some(Err(TargetError::cancelled())));
}

#[tokio::test(start_paused = true)]
async fn pages_that_stay_wait_for_nobody_and_end_for_those_who_come_too_late_to_join() {
    let room: Arc<Room> = Arc::default();
    let (walk, slow) = SharedWalk::begin(&room, false);
    for _ in 0..100 {
        assert!(room.take(page().bytes(), usize::MAX));
        walk.page(page(), Some(page().bytes())).await.unwrap();
    }
    assert_eq!(walk.kept(), Some(100 * page().bytes()));
    // From here on there is no room.
    walk.page(page(), None).now_or_never();
    assert_eq!((walk.kept(), walk.join().is_none()), (None, true));
    let reading = tokio::spawn(read(slow, Duration::ZERO));
    walk.page(page(), None).await.unwrap();
    walk.end(done());
    assert_eq!(reading.await.unwrap(), (101, done()));
    assert_eq!(room.taken(), 0, "what was read has been given back");
}
