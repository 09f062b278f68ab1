//! Values that clouds write in odd ways: shown as they came, never good, found by whatever readers call the same.

use anyhow::ensure;
use serde_json::{Value, json};
use signalbox_tests::doubles::{install, plan};
use signalbox_tests::{Page, Result, Stage, on_page};

/// A patch state, sound but for what is given.
fn patch(n: usize, more: &Value) -> Value {
    let mut patch = json!({
        "InstanceId": format!("odd-{n}"), "BaselineId": "pb-odd", "MissingCount": "0", "FailedCount": "0", "InstalledPendingRebootCount": "0",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        patch[key] = value.clone();
    }
    patch
}

/// What one cloud answers besides.
async fn answer(page: &Page, rows: &[Value]) -> Result<()> {
    install(page).await?;
    page.open("/").await?;
    plan(page, json!({ "add": rows })).await
}

async fn count(page: &Page, query: &str) -> Result<usize> {
    page.open_loaded(&format!("/patches?instance=pre.odd-{query}")).await?;
    page.count().await
}

#[test]
fn what_cannot_be_read_is_shown_and_counted() -> Result<()> {
    for (language, words) in [
        ("en-US", "2 rows with unreadable values"),
        ("zh-CN", "2 行含无法识别的值"),
    ] {
        let stage = Stage::default().language(language);
        on_page(&format!("values-unread-{language}"), &stage, async |page| {
            let rows = [
                patch(0, &json!({"FailedCount": ["9"]})),
                patch(
                    1,
                    &json!({"MissingCount": "1,024", "OperationEndTime": "0001-01-01T00:00:00Z"}),
                ),
                patch(2, &json!({"OperationEndTime": 0})),
            ];
            answer(page, &rows).await?;
            page.open_loaded("/patches?instance=pre.odd-&sort=instance&cols=phase,instance,missing,failed,end")
                .await?;
            assert_eq!(page.values("phase").await?, ["unknown", "unknown", "succeeded"]);
            assert_eq!(page.values("failed").await?[0], "[\"9\"]");
            assert_eq!(page.values("missing").await?[1], "1,024");
            for end in page.values("end").await? {
                ensure!(
                    !end.contains(|letter: char| letter.is_ascii_digit()),
                    "{end:?} is no time"
                );
            }
            let strip = page.text("[data-testid=coverage]").await?;
            ensure!(strip.contains(words), "{strip:?}");
            Ok(())
        })?;
    }
    Ok(())
}

/// As `crates/values/src/fold.rs` has it for exports, here with the browser's own tables.
#[test]
fn search_finds_what_readers_call_the_same() -> Result<()> {
    on_page("values-search", &Stage::default(), async |page| {
        let groups = [
            "café",
            "CAFE\u{301}",
            "ｃａｆé",
            "cafe",
            "İstanbul",
            "ıstanbul",
            "ISTANBUL",
            "straße",
            "STRASSE",
            "ﬁle",
            "FILE",
            "ΣΑΣ",
            "σας",
            "ｶﾞｷﾞ",
            "ガギ",
            "主机（一）",
        ];
        let rows: Vec<Value> = (0..)
            .zip(groups)
            .map(|(n, group)| patch(n, &json!({ "PatchGroup": group })))
            .collect();
        answer(page, &rows).await?;
        for (word, found) in [
            ("café", 3),
            ("CAFE\u{301}", 3),
            ("cafe", 1),
            ("istanbul", 3),
            ("İSTANBUL", 3),
            ("ısTAN", 3),
            ("strasse", 2),
            ("STRAẞE", 2),
            ("ｆｉｌｅ", 2),
            ("σασ", 2),
            ("ガギ", 2),
            ("主机(一)", 1),
            ("主\u{200b}机", 1),
        ] {
            assert_eq!(count(page, &format!("&q={word}")).await?, found, "q={word}");
            assert_eq!(count(page, &format!("&group=has.{word}")).await?, found, "has.{word}");
        }
        Ok(())
    })
}

#[test]
fn a_day_without_midnight_begins_with_its_first_instant() -> Result<()> {
    on_page("values-midnight", &Stage::default(), async |page| {
        let times = [
            "2026-09-06T03:30Z",
            "2026-09-06T04:00Z",
            "2026-09-07T02:59:00Z",
            "2026-09-07T03:00:00Z",
        ];
        let rows: Vec<Value> = (0..)
            .zip(times)
            .map(|(n, time)| patch(n, &json!({ "OperationStartTime": time })))
            .collect();
        answer(page, &rows).await?;
        for (zone, found) in [("America/Santiago", 2), ("UTC", 2), ("-03:00", 3), ("-04:00", 3)] {
            let query = format!("&start=2026-09-06..2026-09-07&tz={zone}");
            assert_eq!(count(page, &query).await?, found, "{zone}");
        }
        page.open_loaded(
            "/patches?instance=pre.odd-&start=2026-09-06..2026-09-07&tz=America/Santiago&sort=instance&cols=instance",
        )
        .await?;
        assert_eq!(page.values("instance").await?, ["odd-1", "odd-2"]);
        Ok(())
    })
}
