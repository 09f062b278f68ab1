//! One list, page by page, to its end: cursors, offsets, and lists without pages.

use super::*;
use crate::vendors::alibaba::Alibaba;

#[tokio::test(start_paused = true)]
async fn a_cursor_is_followed_to_its_end() {
    for end in [json!(null), json!(""), json!("-"), json!("null")] {
        let fake = Fake::new(move |request| match request.query("NextToken").as_deref() {
            None => json(&json!({"InstancePatchStates": rows(0, 50), "NextToken": "t1"})),
            Some("t1") => json(&json!({"InstancePatchStates": [], "NextToken": "t2"})),
            Some("t2") => json(&json!({"InstancePatchStates": rows(50, 53), "NextToken": end})),
            other => panic!("unexpected {other:?}"),
        });
        let (done, kept) = walked(&fake, &patches()).await;
        assert_eq!(done.unwrap().rows, 53);
        assert_eq!(kept.rows(), rows(0, 53));
        assert_eq!(kept.pages(), [(50, None), (3, None)]);
        assert!(
            fake.requests()
                .iter()
                .all(|request| request.query("MaxResults").as_deref() == Some("50"))
        );
        assert!(
            fake.requests()
                .iter()
                .all(|request| request.query("RegionId").as_deref() == Some("cn-north-4"))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_comes_again_ends_the_walk() {
    let fake = Fake::new(|request| match request.query("NextToken").as_deref() {
        None | Some("b") => json(&json!({"InstancePatchStates": rows(0, 1), "NextToken": "a"})),
        Some(_) => json(&json!({"InstancePatchStates": rows(1, 2), "NextToken": "b"})),
    });
    let (failed, kept) = walked(&fake, &patches()).await;
    let failure = failed.unwrap_err();
    assert_eq!(
        (
            failure.public.status,
            failure.public.code.as_str(),
            failure.public.request_id.as_deref()
        ),
        (None, "LoopingCursor", Some("R3"))
    );
    assert_eq!(kept.rows().len(), 3);
    assert_eq!(fake.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn endless_lists_are_cut() {
    let endless = || {
        let fresh = crate::ask::fake::counter();
        Fake::new(move |_| json(&json!({"InstancePatchStates": rows(0, 50), "NextToken": fresh().to_string()})))
    };
    let fake = endless();
    let (failed, kept) = run(
        &fake,
        &patches(),
        Limits {
            pages: 7,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(failed.unwrap_err().public.code, ErrorCode::TooLarge);
    assert_eq!((kept.rows().len(), fake.requests().len()), (350, 7));
    let fake = endless();
    let (failed, kept) = run(
        &fake,
        &patches(),
        Limits {
            items: 120,
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(failed.unwrap_err().public.code, ErrorCode::TooLarge);
    assert_eq!(kept.rows().len(), 150);
    let call = &patches().source.call;
    let body = json!({"NextToken": "x".repeat(9000)}).to_string().into();
    let envelope = Envelope::read(&Alibaba, call, &body).unwrap();
    assert!(Cursor::start(call.paging).advance(&envelope, 1, b"").is_err());
}

#[tokio::test(start_paused = true)]
async fn offsets_count_what_came_and_stop_at_the_total() {
    let fake = coc(250, 100, |total| json!(total));
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!(
        done.unwrap(),
        Done {
            as_of: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
            rows: 250,
            capped: None
        }
    );
    assert_eq!(kept.pages(), [(100, Some(250)), (100, Some(250)), (50, Some(250))]);
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.header("x-domain-id") == Some("d1"))
    );
    // A cloud that gives smaller pages than asked for loses nothing.
    let (done, kept) = walked(&coc(250, 40, |total| json!(total.to_string())), &tickets()).await;
    assert_eq!((done.unwrap().rows, kept.rows()), (250, rows(0, 250)));
    // One that says no total is asked until an empty page.
    let fake = coc(200, 100, |_| json!(null));
    let (done, _) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().rows, fake.requests().len()), (200, 3));
    // One that promises more than it has ends with its empty page.
    let fake = coc(100, 100, |_| json!(1_000));
    let (done, _) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().rows, fake.requests().len()), (100, 2));
}

#[tokio::test(start_paused = true)]
async fn an_offset_that_is_ignored_is_noticed() {
    let fake = Fake::new(|_| json(&json!({"total": 100_000, "data": rows(0, 100)})));
    let (failed, _) = walked(&fake, &tickets()).await;
    assert_eq!(failed.unwrap_err().public.code, ErrorCode::LoopingCursor);
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_full_list_without_pages_is_capped() {
    let plans = target("alibaba.cs.operation-plans", |_| {});
    for (count, capped) in [(0, None), (99, None), (100, Some(100))] {
        let fake = Fake::new(move |_| json(&json!({"plans": rows(0, count)})));
        let (done, kept) = walked(&fake, &plans).await;
        let done = done.unwrap();
        assert_eq!(
            (done.rows, done.capped, kept.pages().len()),
            (count, capped, usize::from(count > 0))
        );
    }
}
