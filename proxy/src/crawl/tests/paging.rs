//! One list, page by page, to its end: cursors, offsets, and lists without pages.

use super::*;

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

/// A page of patch states.
fn states(rows: &[Value], token: &Value) -> Value {
    json!({"InstancePatchStates": rows, "NextToken": token})
}

/// The code of a failure, and how many different rows had come.
fn failure((failed, kept): (Result<Done, TargetError>, Kept)) -> (String, usize) {
    (failed.unwrap_err().public.code.to_string(), kept.distinct())
}

#[tokio::test(start_paused = true)]
async fn cursors_that_lead_in_a_circle_end_the_walk() {
    for (length, most) in [(1, 3), (2, 5), (3, 10), (10, 40)] {
        let fake = Fake::new(move |request| {
            let token = request.query("NextToken");
            let page = token.map_or(0, |token| token.parse::<u64>().unwrap());
            let next = if page == length { 1 } else { page + 1 };
            json(&states(&rows(page * 50, page * 50 + 50), &next.to_string().into()))
        });
        let (failed, kept) = walked(&fake, &patches()).await;
        let asked = fake.requests().len();
        let failed = failed.unwrap_err().public;
        assert_eq!((failed.status, failed.code), (None, ErrorCode::LoopingCursor));
        assert_eq!(failed.request_id, Some(format!("R{asked}")));
        assert_eq!(kept.distinct() as u64, 50 * (length + 1));
        assert!(asked <= most, "a circle of {length} pages: {asked} requests");
    }
}

#[tokio::test(start_paused = true)]
async fn fresh_cursors_to_the_same_rows_end_the_walk_whatever_is_about_them() {
    let fresh = crate::ask::fake::counter();
    let fake = Fake::new(move |_| {
        let number = fresh() as u64;
        let mut page: Vec<Value> = (0..50)
            .map(|n| json!({"InstanceId": format!("i-{n}"), "BaselineId": "b", "MissingCount": number + n}))
            .collect();
        page.rotate_left((number % 50) as usize);
        json(&json!({"RequestId": number, "InstancePatchStates": page, "NextToken": number.to_string()}))
    });
    assert_eq!(failure(walked(&fake, &patches()).await).0, "LoopingCursor");
    assert_eq!(fake.requests().len(), 3, "one such page may be a list that moves");
}

#[tokio::test(start_paused = true)]
async fn the_same_cursor_again_is_fine_while_new_rows_come() {
    let fresh = crate::ask::fake::counter();
    let fake = Fake::new(move |_| {
        let page = fresh() as u64 - 1;
        let token = if page < 9 { json!("scroll") } else { json!("") };
        json(&states(&rows(page * 50, page * 50 + 50), &token))
    });
    let (done, kept) = walked(&fake, &patches()).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (None, 500));
}

#[tokio::test(start_paused = true)]
async fn empty_pages_move_as_long_as_their_cursors_do() {
    let fake = Fake::new(|request| match request.query("NextToken").as_deref() {
        None => json(&states(&rows(0, 1), &json!("a"))),
        Some("a") => json(&states(&[], &json!("b"))),
        _ => json(&states(&[], &json!("a"))),
    });
    assert_eq!(failure(walked(&fake, &patches()).await), ("LoopingCursor".into(), 1));
    assert_eq!(fake.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_cannot_be_read_costs_no_rows_and_proves_no_end() {
    for odd in [json!({}), json!([]), json!(true), json!("x".repeat(9000))] {
        let fake = Fake::new(move |_| json(&states(&rows(0, 50), &odd)));
        assert_eq!(failure(walked(&fake, &patches()).await), ("BadAnswer".into(), 50));
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_page_without_a_word_of_where_to_go_on_is_not_called_the_last() {
    for (page, capped) in [
        (json!({"InstancePatchStates": rows(0, 50)}), Some(50)),
        (json!({"InstancePatchStates": rows(0, 50), "nextToken": ""}), None),
        (json!({"InstancePatchStates": rows(0, 49)}), None),
        (
            json!({"InstancePatchStates": rows(0, 49), "IsTruncated": true}),
            Some(49),
        ),
        (
            json!({"InstancePatchStates": rows(0, 49), "NextToken": "", "TotalCount": 200}),
            Some(49),
        ),
        (
            json!({"InstancePatchStates": rows(0, 49), "NextToken": "", "TotalCount": 49}),
            None,
        ),
    ] {
        let fake = Fake::new(move |_| json(&page));
        let (done, _) = walked(&fake, &patches()).await;
        assert_eq!(done.unwrap().capped, capped, "{}", fake.requests().len());
    }
}

#[tokio::test(start_paused = true)]
async fn endless_lists_are_cut() {
    let endless = || {
        let fresh = crate::ask::fake::counter();
        Fake::new(move |_| {
            let number = fresh() as u64;
            json(&states(
                &rows(number * 50, number * 50 + 50),
                &number.to_string().into(),
            ))
        })
    };
    let fake = endless();
    let limits = Limits {
        pages: 7,
        ..Limits::default()
    };
    assert_eq!(failure(run(&fake, &patches(), limits).await), ("TooLarge".into(), 350));
    assert_eq!(fake.requests().len(), 7);
    let limits = Limits {
        items: 120,
        ..Limits::default()
    };
    assert_eq!(
        failure(run(&endless(), &patches(), limits).await),
        ("TooLarge".into(), 150)
    );
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
    assert_eq!(
        fake.requests().len(),
        3,
        "a shorter page that fulfils the total is the last"
    );
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.header("x-domain-id") == Some("d1"))
    );
    // A cloud that gives smaller pages than asked for loses nothing.
    let (done, kept) = walked(&coc(250, 40, |total| json!(total.to_string())), &tickets()).await;
    assert_eq!((done.unwrap().rows, kept.rows()), (250, rows(0, 250)));
}

/// How many requests a list of tickets costs that comes whole.
async fn whole(tickets_there: u64, size: u64, says: Value) -> usize {
    let fake = coc(tickets_there, size, move |_| says.clone());
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().capped, kept.rows()), (None, rows(0, tickets_there)));
    fake.requests().len()
}

#[tokio::test(start_paused = true)]
async fn a_full_page_is_followed_by_another_question_whatever_the_total_says() {
    for says in [json!(0), json!(100), json!(150), json!("231")] {
        whole(231, 100, says).await;
    }
    // The total is what the page has, and pages are shorter than asked for.
    let own = Fake::new(|request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        let page = rows(offset, 231.min(offset + 40).max(offset));
        json(&json!({"total": page.len(), "data": page}))
    });
    let (done, kept) = walked(&own, &tickets()).await;
    assert_eq!((done.unwrap().capped, kept.rows()), (None, rows(0, 231)));
    assert_eq!(whole(100, 100, json!(100)).await, 4);
    assert_eq!(whole(31, 100, json!(31)).await, 2);
    assert_eq!(whole(0, 100, json!(0)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_total_that_cannot_be_read_costs_no_rows() {
    for odd in [
        json!(null),
        json!(-1),
        json!(2.5),
        json!("many"),
        json!({"a": 1}),
        json!([231]),
        json!(true),
    ] {
        // An empty page that stays empty and another behind it stand for the end.
        assert_eq!(whole(200, 100, odd).await, 5);
    }
}

/// Tickets of which some pages come empty; `heals` says after how many times they come.
fn holes(total: Value, holes: &'static [u64], heals: usize) -> Fake {
    let asked = Mutex::new(HashMap::new());
    Fake::new(move |request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        let mut asked = asked.lock().unwrap();
        let times: &mut usize = asked.entry(offset).or_default();
        *times += 1;
        let empty = holes.contains(&offset) && *times <= heals;
        let page = if empty {
            vec![]
        } else {
            rows(offset, 300.min(offset + 100).max(offset))
        };
        json(&json!({"total": total, "data": page}))
    })
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_before_the_total_is_asked_again() {
    let fake = holes(json!(300), &[100], 1);
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().rows, kept.rows()), (300, rows(0, 300)));
    let places: Vec<_> = fake
        .requests()
        .iter()
        .map(|request| request.query("offset").unwrap())
        .collect();
    assert_eq!(places, ["0", "100", "100", "200", "300"]);
}

#[tokio::test(start_paused = true)]
async fn a_hole_in_a_list_costs_its_own_rows_and_the_list_is_not_called_whole() {
    for total in [json!(300), json!(null)] {
        let (failed, kept) = walked(&holes(total.clone(), &[100], usize::MAX), &tickets()).await;
        let message = failed.unwrap_err().public.message;
        assert!(message.contains("200") && message.contains("empty"), "{message}");
        assert_eq!(kept.distinct(), 200, "{total}");
    }
    // One that promises more than it has is asked three times at its end, not for ever.
    let fake = coc(100, 100, |_| json!(1_000_000));
    assert_eq!(failure(walked(&fake, &tickets()).await), ("BadAnswer".into(), 100));
    assert_eq!(fake.requests().len(), 4);
    let fake = coc(0, 100, |_| json!(5));
    assert_eq!(failure(walked(&fake, &tickets()).await), ("BadAnswer".into(), 0));
}

#[tokio::test(start_paused = true)]
async fn an_offset_that_is_ignored_is_noticed() {
    let tickets_of = |from: u64, to: u64| -> Vec<Value> {
        (from..to)
            .map(|n| json!({"execution_id": format!("EX{n}"), "update_time": n}))
            .collect()
    };
    let fresh = crate::ask::fake::counter();
    let fake = Fake::new(move |_| {
        let mut page = tickets_of(0, 100);
        let number = fresh() as u64;
        page.rotate_left((number % 100) as usize);
        page[0]["update_time"] = number.into();
        json(&json!({"total": 100_000, "data": page, "request_id": number}))
    });
    assert_eq!(failure(walked(&fake, &tickets()).await).0, "LoopingCursor");
    assert_eq!(fake.requests().len(), 3);
    // Pages that overlap go on.
    let fake = Fake::new(move |request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        let page = tickets_of(offset.saturating_sub(3), 300.min(offset.saturating_sub(3) + 100));
        json(&json!({"total": 300, "data": page}))
    });
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (None, 300));
    // Rows that come in another's place cost none.
    let fake = Fake::new(move |request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        let from = if offset == 100 { 50 } else { offset };
        json(&json!({"total": 300, "data": tickets_of(from.min(300), 300.min(from + 100))}))
    });
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (None, 300));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_grows_while_it_is_read_is_whole() {
    let fake = Fake::new(|request| {
        let offset: u64 = request.query("offset").unwrap().parse().unwrap();
        // The newest stands first: one arrives after the first page.
        let new = u64::from(offset > 0);
        let page: Vec<Value> = (offset..(231 + new).min(offset + 100))
            .map(|place| json!({"execution_id": format!("EX{}", place + 1 - new)}))
            .collect();
        json(&json!({"total": 231 + new, "data": page}))
    });
    let (done, kept) = walked(&fake, &tickets()).await;
    assert_eq!((done.unwrap().capped, kept.distinct()), (None, 231));
}

#[tokio::test(start_paused = true)]
async fn rows_that_look_alike_on_a_page_are_several() {
    let fake = Fake::new(|request| {
        let page = if request.query("offset").as_deref() == Some("0") {
            vec![json!({"execution_id": "EX1"}); 3]
        } else {
            vec![]
        };
        json(&json!({"total": 3, "data": page}))
    });
    assert_eq!(walked(&fake, &tickets()).await.0.unwrap().rows, 3);
}

/// A cloud that answers every question behind the last page in its own way.
fn behind_the_last(there: u64, behind: impl Fn() -> crate::ask::fake::Reply + Send + Sync + 'static) -> Fake {
    let well = coc(there, 100, |total| json!(total));
    Fake::new(
        move |request| match request.query("offset").unwrap().parse::<u64>().unwrap() {
            offset if offset >= there => behind(),
            _ => well.answer(request),
        },
    )
}

#[tokio::test(start_paused = true)]
async fn a_question_too_many_costs_nothing() {
    let refused = || {
        error(
            400,
            r#"{"error_code":"COC.00010002","error_msg":"offset out of range"}"#,
        )
    };
    let broken = || error(500, "{}");
    let first_page = |there: u64| move || json(&json!({"total": there, "data": rows(0, there)}));
    let all = |there: u64, capped: Option<u32>| (capped, usize::try_from(there).unwrap());
    for (fake, outcome) in [
        // Everything agrees that this is all.
        (behind_the_last(31, refused), all(31, None)),
        (behind_the_last(31, first_page(31)), all(31, None)),
        // Nothing but the total says so, or the cloud broke down over the question.
        (behind_the_last(31, broken), all(31, Some(31))),
        (behind_the_last(100, refused), all(100, Some(100))),
        (behind_the_last(100, first_page(100)), all(100, Some(200))),
    ] {
        let (done, kept) = walked(&fake, &tickets()).await;
        assert_eq!((done.unwrap().capped, kept.distinct()), outcome);
    }
    assert_eq!(
        failure(walked(&behind_the_last(100, broken), &tickets()).await),
        ("500".into(), 100)
    );
    let throttled = || error(429, r#"{"error_code":"APIGW.0308","error_msg":"later"}"#);
    assert_eq!(
        failure(walked(&behind_the_last(100, throttled), &tickets()).await),
        ("APIGW.0308".into(), 100)
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_breaks_off_keeps_its_rows_and_fails() {
    let fake = Fake::new(|_| {
        Ok(http::Response::new(
            r#"{"InstancePatchStates":[{"n":0},{"n":1},{"n":"#.into(),
        ))
    });
    assert_eq!(failure(walked(&fake, &patches()).await), ("BadAnswer".into(), 2));
    // An item that is none costs itself, and the list goes on.
    let fake = Fake::new(|request| match request.query("NextToken").as_deref() {
        None => json(&states(&[json!({"n": 0}), json!(null), json!({"n": 1})], &json!("t"))),
        _ => json(&states(&rows(2, 5), &json!(""))),
    });
    let (failed, kept) = walked(&fake, &patches()).await;
    let failed = failed.unwrap_err().public;
    assert_eq!(
        (kept.rows(), failed.code, failed.request_id.as_deref()),
        (rows(0, 5), ErrorCode::BadAnswer, Some("R1"))
    );
    assert_eq!(
        failed.message,
        "`InstancePatchStates` of ListInstancePatchStates holds null where an object belongs"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_goes_back_as_it_came() {
    let token = "a+b/c= d%41~*'测\"&x=1";
    let fake = Fake::new(move |request| match request.query("NextToken") {
        None => json(&states(&rows(0, 1), &token.into())),
        Some(sent) if sent == token => json(&states(&rows(1, 2), &json!(""))),
        Some(other) => panic!("sent {other}"),
    });
    assert_eq!(walked(&fake, &patches()).await.0.unwrap().rows, 2);
}

#[tokio::test(start_paused = true)]
async fn a_page_size_that_is_refused_is_told_and_asked_once() {
    let words = r#"{"Code":"InvalidParameter","Message":"The specified parameter \"MaxResults\" is not valid.","RequestId":"R1"}"#;
    let fake = Fake::new(move |_| error(400, words));
    let failed = walked(&fake, &patches()).await.0.unwrap_err().public;
    assert!(failed.message.contains("MaxResults") && failed.request_id.as_deref() == Some("R1"));
    assert_eq!(fake.requests().len(), 1);
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
    let fake = Fake::new(|_| json(&json!({"plans": rows(0, 7), "next_token": "t"})));
    assert_eq!(
        walked(&fake, &plans).await.0.unwrap().capped,
        Some(100),
        "the cloud has learnt to page"
    );
}
