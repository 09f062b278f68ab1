//! Every operator on every kind of column: whether it is understood, its canonical text, and which rows it finds.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use signalbox_table::engine::{Clock, Engine};
use signalbox_table::{Rows, View};

/// 2026-11-22T03:00:00Z.
const NOW: i64 = 1_795_316_400_000;

/// Rows of a table, each with one value at `field` of its source's objects.
fn rows(table: &str, field: &str, values: &[serde_json::Value]) -> Rows {
    let table = catalog::table(table).unwrap();
    let source = table.sources().next().unwrap();
    let mut rows = Rows::new(table);
    let target = rows.add_target("alibaba", "prod", "here", source);
    let items: Vec<_> = values.iter().map(|value| serde_json::json!({field: value})).collect();
    assert_eq!(
        rows.ingest(target, &serde_json::to_string(&items).unwrap()).unwrap(),
        values.len()
    );
    rows
}

/// Checks conditions on one column. Each case is the condition, its canonical text (`None`: not understood), and the rows that it finds.
fn check(rows: &Rows, column: &str, cases: &[(&str, Option<&str>, &[u32])]) {
    let table = rows.table();
    let at = table.index(column).unwrap();
    // Rows without an identity stay in order of arrival.
    let sort = "sort=account";
    for (cond, canonical, found) in cases {
        let view = View::new(table).with_condition(at, cond);
        let item = &view.items()[0];
        assert_eq!(item.understood, canonical.is_some(), "{cond}");
        assert_eq!(item.column, Some(at));
        assert_eq!(item.param, format!("{column}={}", canonical.unwrap_or(cond)), "{cond}");
        assert_eq!(View::parse(table, &view.to_query()), view, "{cond}");

        let mut engine = Engine::new();
        let sorted = View::parse(table, &format!("{}&{sort}", view.to_query()));
        engine.update(rows, &sorted, &Clock::utc(NOW));
        assert_eq!(engine.matching(), *found, "{cond}");
    }
}

#[test]
fn text() {
    let values = [
        "",
        "web-1",
        "Web-2",
        "a,b",
        "gt.5",
        "1..2",
        "~",
        "is.empty",
        "Straße ΑΣ",
    ]
    .map(serde_json::Value::from);
    let rows = rows("patches", "PatchGroup", &values);
    check(
        &rows,
        "group",
        &[
            ("web-1", Some("web-1"), &[1]),
            ("web-2", Some("web-2"), &[]),
            ("Web-2,web-1,web-1", Some("Web-2,web-1"), &[1, 2]),
            ("eq.web-1", Some("web-1"), &[1]),
            ("a~,b", Some("a~,b"), &[3]),
            ("a,b", Some("a,b"), &[]),
            ("", Some("is.empty"), &[0]),
            (",", Some("is.empty"), &[0]),
            (",web-1", Some(",web-1"), &[0, 1]),
            ("eq.", Some("is.empty"), &[0]),
            ("eq.gt.5", Some("gt~.5"), &[4]),
            ("gt~.5", Some("gt~.5"), &[4]),
            ("~gt.5", Some("gt~.5"), &[4]),
            ("is~.empty", Some("is~.empty"), &[7]),
            ("web.1", Some("web.1"), &[]),
            ("1..2", Some("1..2"), &[5]),
            ("..", Some(".."), &[]),
            ("~~", Some("~~"), &[6]),
            ("~", Some("~~"), &[6]),
            ("not.web-1", Some("not.web-1"), &[0, 2, 3, 4, 5, 6, 7, 8]),
            ("not.web-1,", Some("not.,web-1"), &[2, 3, 4, 5, 6, 7, 8]),
            ("not.", Some("is.set"), &[1, 2, 3, 4, 5, 6, 7, 8]),
            ("has.WEB", Some("has.WEB"), &[1, 2]),
            ("has.-2,~,", Some("has.~,,-2"), &[2, 3]),
            ("has.ας", Some("has.ας"), &[8]),
            ("has.ασ", Some("has.ασ"), &[8]),
            ("has.SSE", Some("has.SSE"), &[8]),
            ("has.ßE", Some("has.ßE"), &[8]),
            ("has.", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("has.a,", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("nothas.e", Some("nothas.e"), &[0, 3, 4, 5, 6]),
            ("nothas.", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("pre.WEB", Some("pre.WEB"), &[1, 2]),
            ("pre.eb", Some("pre.eb"), &[]),
            ("notpre.web,is", Some("notpre.is,web"), &[0, 3, 4, 5, 6, 8]),
            ("notpre.", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("gt.5", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("ge.5", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("lt.5", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("le.5", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("is.empty", Some("is.empty"), &[0]),
            ("is.set", Some("is.set"), &[1, 2, 3, 4, 5, 6, 7, 8]),
            ("is.", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("is.Empty", None, &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("IS.empty", Some("IS.empty"), &[]),
        ],
    );
}

#[test]
fn number() {
    let values = serde_json::json!([null, 0, "1", 10, -2.5, "n/a"]);
    let rows = rows("patches", "MissingCount", values.as_array().unwrap());
    check(
        &rows,
        "missing",
        &[
            ("0", Some("0"), &[1]),
            ("1.0,010", Some("1,10"), &[2, 3]),
            ("+1,-0", Some("0,1"), &[1, 2]),
            ("-2.5", Some("-2.5"), &[4]),
            ("1e1", Some("10"), &[3]),
            ("0,", Some(",0"), &[0, 1]),
            ("", Some("is.empty"), &[0]),
            ("many", None, &[0, 1, 2, 3, 4, 5]),
            ("0,many", None, &[0, 1, 2, 3, 4, 5]),
            ("inf", None, &[0, 1, 2, 3, 4, 5]),
            ("not.0", Some("not.0"), &[0, 2, 3, 4, 5]),
            ("not.many", None, &[0, 1, 2, 3, 4, 5]),
            ("not.", Some("is.set"), &[1, 2, 3, 4, 5]),
            ("has.1", Some("has.1"), &[2, 3]),
            ("has.N/A", Some("has.N/A"), &[5]),
            ("nothas.1", Some("nothas.1"), &[0, 1, 4, 5]),
            ("pre.1", Some("pre.1"), &[2, 3]),
            ("pre.-", Some("pre.-"), &[4]),
            ("notpre.1", Some("notpre.1"), &[0, 1, 4, 5]),
            ("gt.0", Some("gt.0"), &[2, 3]),
            ("gt.1,-1", Some("gt.-1,1"), &[1, 2, 3]),
            ("gt.", None, &[0, 1, 2, 3, 4, 5]),
            ("gt.x", None, &[0, 1, 2, 3, 4, 5]),
            ("ge.1", Some("ge.1"), &[2, 3]),
            ("lt.0", Some("lt.0"), &[4]),
            ("le.00", Some("le.0"), &[1, 4]),
            ("is.empty", Some("is.empty"), &[0]),
            ("is.set", Some("is.set"), &[1, 2, 3, 4, 5]),
            ("is.zero", None, &[0, 1, 2, 3, 4, 5]),
            ("0..1", Some("0..1"), &[1, 2]),
            ("-2.50..0.0", Some("-2.5..0"), &[1, 4]),
            ("1..", Some("1.."), &[2, 3]),
            ("..0", Some("..0"), &[1, 4]),
            ("1..0", Some("1..0"), &[]),
            ("..", Some("is.set"), &[1, 2, 3, 4, 5]),
            ("1..x", None, &[0, 1, 2, 3, 4, 5]),
            ("0..1,5..6", None, &[0, 1, 2, 3, 4, 5]),
            ("not.0..1", None, &[0, 1, 2, 3, 4, 5]),
        ],
    );
}

#[test]
fn time() {
    let values = serde_json::json!([
        null,
        "2026-11-22T03:00:00Z",
        "2026-11-22T00:00:00Z",
        "2026-11-21T03:00:00.5+00:00",
        "2026-11-23T11:00:00+08:00",
        "soon",
    ]);
    let rows = rows("patches", "OperationEndTime", values.as_array().unwrap());
    let all: &[u32] = &[0, 1, 2, 3, 4, 5];
    check(
        &rows,
        "end",
        &[
            ("2026-11-22T03:00:00Z", Some("2026-11-22T03:00:00Z"), &[1]),
            ("2026-11-22T11:00:00+08:00", Some("2026-11-22T03:00:00Z"), &[1]),
            ("2026-11-22T11:00:00 08:00", Some("2026-11-22T03:00:00Z"), &[1]),
            ("2026-11-22", Some("2026-11-22"), &[2]),
            // Nothing is at a moving instant: what stands there was a range before something cut its dots off.
            ("now", None, all),
            ("-24h", None, all),
            ("eq.7d", None, all),
            ("-24h.", None, all),
            ("24h,-3h", Some("-3h,24h"), &[2, 4]),
            ("0h", None, all),
            ("01d", None, all),
            ("01d,2026-11-22", Some("1d,2026-11-22"), &[2, 4]),
            ("", Some("is.empty"), &[0]),
            ("2026-11-31", None, all),
            ("2026-11-22T03:00:00", None, all),
            ("24 h", None, all),
            ("24s", None, all),
            ("99999999999h", None, all),
            ("soon", None, all),
            ("not.now", Some("not.now"), &[0, 2, 3, 4, 5]),
            ("not.soon", None, all),
            ("has.T03:00:00", Some("has.T03:00:00"), &[1, 3, 4]),
            (
                "has.2026-11-21t03:00:00.500z",
                Some("has.2026-11-21t03:00:00.500z"),
                &[3],
            ),
            ("nothas.2026", Some("nothas.2026"), &[0, 5]),
            ("pre.2026-11-22", Some("pre.2026-11-22"), &[1, 2]),
            ("notpre.2026-11-22", Some("notpre.2026-11-22"), &[0, 3, 4, 5]),
            ("gt.now", Some("gt.now"), &[4]),
            ("ge.now", Some("ge.now"), &[1, 4]),
            ("lt.2026-11-22", Some("lt.2026-11-22"), &[3]),
            ("le.2026-11-22", Some("le.2026-11-22"), &[2, 3]),
            ("gt.", None, all),
            ("lt.-1.5h", None, all),
            ("is.empty", Some("is.empty"), &[0]),
            ("is.set", Some("is.set"), &[1, 2, 3, 4, 5]),
            ("is.now", None, all),
            ("-24h..now", Some("-24h..now"), &[2, 3]),
            ("now..24h", Some("now..24h"), &[1]),
            ("-1w..", Some("-1w.."), &[1, 2, 3, 4]),
            ("..now", Some("..now"), &[2, 3]),
            ("2026-11-22..2026-11-23", Some("2026-11-22..2026-11-23"), &[1, 2]),
            (
                "2026-11-22T08:00:00+08:00..180m",
                Some("2026-11-22T00:00:00Z..180m"),
                &[1, 2],
            ),
            ("..", Some("is.set"), &[1, 2, 3, 4, 5]),
            ("now..soon", None, all),
        ],
    );
}

#[test]
fn bool() {
    let values = serde_json::json!([null, true, "False", 1, "maybe"]);
    let rows = rows("plugins", "Installed", values.as_array().unwrap());
    let all: &[u32] = &[0, 1, 2, 3, 4];
    check(
        &rows,
        "installed",
        &[
            ("true", Some("true"), &[1, 3]),
            ("false", Some("false"), &[2]),
            ("True", Some("True"), &[]),
            ("maybe,false", Some("false,maybe"), &[2, 4]),
            ("", Some("is.empty"), &[0]),
            ("not.true", Some("not.true"), &[0, 2, 4]),
            ("has.A", Some("has.A"), &[2, 4]),
            ("nothas.a", Some("nothas.a"), &[0, 1, 3]),
            ("pre.TR", Some("pre.TR"), &[1, 3]),
            ("notpre.tr", Some("notpre.tr"), &[0, 2, 4]),
            ("has.", None, all),
            ("gt.false", None, all),
            ("ge.false", None, all),
            ("lt.true", None, all),
            ("le.true", None, all),
            ("false..true", Some("false..true"), &[]),
            ("..", Some(".."), &[]),
            ("is.empty", Some("is.empty"), &[0]),
            ("is.set", Some("is.set"), &[1, 2, 3, 4]),
            ("is.true", None, all),
        ],
    );
}

#[test]
fn list() {
    let pair = |key: &str, value: &str| serde_json::json!({"key": key, "value": value});
    let values = [
        serde_json::json!([]),
        serde_json::json!([pair("env", "prod"), pair("team", "web")]),
        serde_json::json!([pair("env", "Test")]),
        serde_json::json!([pair("env", ""), "a,b"]),
        serde_json::json!(null),
    ];
    let rows = rows("tickets", "tags", &values);
    let all: &[u32] = &[0, 1, 2, 3, 4];
    check(
        &rows,
        "tags",
        &[
            ("env=prod", Some("env=prod"), &[1]),
            ("env=prod, team=web", Some(" team=web,env=prod"), &[1]),
            ("team=web,env=Test", Some("env=Test,team=web"), &[1, 2]),
            ("a~,b", Some("a~,b"), &[3]),
            ("env", Some("env"), &[]),
            ("", Some("is.empty"), &[0, 4]),
            (",env=Test", Some(",env=Test"), &[0, 2, 4]),
            ("not.env=prod", Some("not.env=prod"), &[0, 2, 3, 4]),
            ("not.,env=prod", Some("not.,env=prod"), &[2, 3]),
            ("has.TEST,web", Some("has.TEST,web"), &[1, 2]),
            ("nothas.env", Some("nothas.env"), &[0, 4]),
            ("pre.team", Some("pre.team"), &[1]),
            ("notpre.env", Some("notpre.env"), &[0, 4]),
            ("notpre.a", Some("notpre.a"), &[0, 1, 2, 4]),
            ("pre.", None, all),
            ("gt.1", None, all),
            ("ge.1", None, all),
            ("lt.1", None, all),
            ("le.1", None, all),
            ("1..2", Some("1..2"), &[]),
            ("is.empty", Some("is.empty"), &[0, 4]),
            ("is.set", Some("is.set"), &[1, 2, 3]),
            ("is.list", None, all),
        ],
    );
}

#[test]
fn dates_begin_where_the_view_says() {
    let rows = rows(
        "patches",
        "OperationEndTime",
        &["2026-11-21T16:00:00Z".into(), "2026-11-21T18:00:00Z".into()],
    );
    let kiribati = |date| signalbox_table::time::midnight(date) - 14 * 3_600_000;
    for (tz, found) in [
        ("", &[][..]),
        ("&tz=local", &[]),
        ("&tz=UTC", &[]),
        ("&tz=+08:00", &[0, 1]),
        ("&tz=%2B06:00", &[1]),
        ("&tz=-08:00", &[]),
    ] {
        let view = View::parse(rows.table(), &format!("end=2026-11-22..{tz}"));
        let mut engine = Engine::new();
        engine.update(&rows, &view, &Clock::utc(NOW));
        assert_eq!(engine.matching(), found, "{tz}");
        let midnight: &dyn Fn(_) -> i64 = &kiribati;
        engine.update(&rows, &view, &Clock { now: NOW, midnight });
        let found = if tz.is_empty() || tz == "&tz=local" {
            &[0, 1]
        } else {
            found
        };
        assert_eq!(engine.matching(), found, "{tz} with a zone function");
    }
}
