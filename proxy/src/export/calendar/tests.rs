use super::*;
use crate::export::exported::tests::export;
use crate::export::printer::tests::printed;
use proptest::prelude::*;

/// The content lines, unfolded.
fn lines(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} bytes: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    text.replace("\r\n ", "")
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

fn calendar(query: &str, items: &str) -> Vec<String> {
    lines(&printed(export("plans", query, items), &Calendar))
}

/// The value of the first line with this name.
fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let found = lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("no {name} in {lines:#?}"))
}

const PLAN: &str = r#"{"plan_id": "P-1", "cluster_id": "c0a,b", "type": "KUBELET_UPGRADE", "state": "Scheduled", "target_id": "np-1",
    "state_reason": {"code": "Window", "message": "first\nsecond; third"},
    "start_time": "2026-11-25T02:00:00+08:00", "end_time": "2026-11-25T04:30:00+08:00"}"#;

#[test]
fn a_plan_is_an_event() {
    let lines = calendar("", &format!("[{PLAN}]"));
    assert_eq!(lines.first().unwrap(), "BEGIN:VCALENDAR");
    assert_eq!(lines.last().unwrap(), "END:VCALENDAR");
    assert_eq!(value(&lines, "VERSION"), "2.0");
    assert_eq!(value(&lines, "X-WR-CALNAME"), "Signalbox: O&M plans");
    assert!(value(&lines, "X-WR-CALDESC").ends_with("\\nhttps://ops.example.com/plans"));
    assert_eq!(lines.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 1);
    for (name, text) in [
        ("UID", "plans/prod/P-1@signalbox"),
        ("DTSTAMP", "20261124T172000Z"),
        ("DTSTART", "20261124T180000Z"),
        ("DTEND", "20261124T203000Z"),
        ("SUMMARY", "c0a\\,b · Kubelet upgrade · Scheduled"),
        ("URL", "https://ops.example.com/plans?row=prod/P-1"),
        ("STATUS", "CONFIRMED"),
        ("TRANSP", "TRANSPARENT"),
    ] {
        assert_eq!(value(&lines, name), text, "{name}");
    }
    assert_eq!(
        value(&lines, "DESCRIPTION"),
        "Window: first\\nsecond\\; third\\nprod / cn-north-4\\ntype: KUBELET_UPGRADE\\nstate: Scheduled\\ntarget: np-1\\nid: P-1\\n\
         https://ops.example.com/plans?row=prod/P-1"
    );
}

#[test]
fn only_what_the_view_shows_is_planned() {
    let other = PLAN.replace("P-1", "P-2").replace("Scheduled", "Canceled");
    let items = format!("[{PLAN},{other}]");
    let both = calendar("", &items);
    assert_eq!(both.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 2);
    assert!(both.contains(&"STATUS:CANCELLED".to_owned()) && both.contains(&"STATUS:CONFIRMED".to_owned()));
    assert_eq!(both.iter().filter(|line| *line == "TRANSP:TRANSPARENT").count(), 2);
    let one = calendar("phase=scheduled&colour=red", &items);
    assert!(value(&one, "X-WR-CALDESC").ends_with("\\nNot understood: colour=red"));
    assert_eq!(one.iter().filter(|line| *line == "BEGIN:VEVENT").count(), 1);
    assert_eq!(value(&one, "UID"), "plans/prod/P-1@signalbox");
}

#[test]
fn a_calendar_is_in_the_readers_language() {
    let lines = calendar("lang=zh&colour=red", &format!("[{PLAN}]"));
    let table = catalog::table("plans").unwrap();
    assert_eq!(value(&lines, "X-WR-CALNAME"), format!("Signalbox: {}", table.label.zh));
    assert!(value(&lines, "X-WR-CALDESC").ends_with("/plans?colour=red\\n无法识别: colour=red"));
    let state = table.column("state").unwrap().known("Scheduled").unwrap();
    assert!(value(&lines, "SUMMARY").ends_with(state.label.zh));
}

#[test]
fn windows_always_end_after_their_start() {
    for end in [
        r#""end_time": null"#,
        r#""end_time": "2026-11-25T02:00:00+08:00""#,
        r#""end_time": "2025-01-01T00:00:00Z""#,
        r#""end_time": "soon""#,
    ] {
        let lines = calendar(
            "",
            &format!("[{}]", PLAN.replace(r#""end_time": "2026-11-25T04:30:00+08:00""#, end)),
        );
        assert_eq!(value(&lines, "DTEND"), "20261124T190000Z", "{end}");
    }
    for start in ["null", "\"\"", "\"soon\"", "7"] {
        let items = format!("[{}]", PLAN.replace("\"2026-11-25T02:00:00+08:00\"", start));
        assert!(!calendar("", &items).contains(&"BEGIN:VEVENT".to_owned()), "{start}");
    }
    // The last hour that has a date.
    let late = PLAN.replace("2026-11-25T02:00:00+08:00", "9999-12-31T23:30:00Z");
    assert!(!calendar("", &format!("[{late}]")).contains(&"BEGIN:VEVENT".to_owned()));
}

#[test]
fn a_plan_without_an_id_is_told_apart_by_what_it_does() {
    let nameless = PLAN.replace("\"plan_id\": \"P-1\"", "\"plan_id\": null");
    let lines = calendar("", &format!("[{nameless}]"));
    assert_eq!(
        value(&lines, "UID"),
        "plans/prod/cn-north-4/c0a\\,b/KUBELET_UPGRADE/np-1/20261124T180000Z@signalbox"
    );
}

#[test]
fn states_that_nobody_knows_are_tentative() {
    let lines = calendar("", &format!("[{}]", PLAN.replace("Scheduled", "Paused")));
    assert_eq!(value(&lines, "STATUS"), "TENTATIVE");
}

/// What a calendar reads out of a text.
fn read(value: &str) -> String {
    let mut out = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next().unwrap() {
                'n' => out.push('\n'),
                other => out.push(other),
            },
            ',' | ';' => panic!("{value}"),
            other => out.push(other),
        }
    }
    out
}

proptest! {
    #[test]
    fn every_text_comes_back(given in prop_oneof![any::<String>(), "[中é😀,;\\\\\n\r a]{0,200}"]) {
        let mut out = Vec::new();
        line(&mut out, "SUMMARY", &text(&given));
        let lines = lines(&String::from_utf8(out).unwrap());
        prop_assert_eq!(lines.len(), 1);
        let mut expected = given.replace("\r\n", "\n").replace('\r', "\n");
        expected.retain(|character| !character.is_control() || matches!(character, '\n' | '\t'));
        prop_assert_eq!(read(lines[0].strip_prefix("SUMMARY:").unwrap()), expected);
    }
}
