//! Typed conditions: what is typed and its link are one view, and what is not understood stays text.
#![expect(clippy::unwrap_used, reason = "a helper may fail its test")]

use proptest::prelude::*;
use proptest::sample::select;
use signalbox_view::typed::{self, Known, Suggestion};
use signalbox_view::{View, encode_query};

fn table(id: &str) -> &'static catalog::Table {
    catalog::table(id).unwrap()
}

fn link(id: &str, text: &str) -> String {
    View::new(table(id)).with_typed(text).to_query()
}

#[test]
fn conditions_are_those_of_links() {
    for (id, text, query) in [
        (
            "tickets",
            "state:failed creator:ops-bot",
            "state=Failed&creator=ops-bot",
        ),
        ("plans", "start<-24h", "start=lt.-24h"),
        ("plans", "  web  start:now..24h   ecs ", "start=now..24h&q=web%20ecs"),
        ("patches", "missing>0", "missing=gt.0"),
        (
            "patches",
            "missing>=1 missing<5 failed<=4",
            "missing=ge.1&missing=lt.5&failed=le.4",
        ),
        ("patches", "missing:>0 missing:≤5", "missing=gt.0&missing=le.5"),
        ("patches", "missing:1..5", "missing=1..5"),
        (
            "patches",
            "region:not.cn-beijing,cn-shanghai",
            "region=not.cn-beijing,cn-shanghai",
        ),
        (
            "patches",
            "instance:has.web,db owner:is.empty",
            "instance=has.db,web&owner=is.empty",
        ),
        ("tickets", "version:1.3.1", "version=1.3.1"),
        // Spaces and whatever else means something, in quotes or behind a tilde.
        ("tickets", "name:\"restart ecs\" x", "name=restart%20ecs&q=x"),
        ("tickets", "name:restart~ ecs", "name=restart%20ecs"),
        ("tickets", "name:“restart ecs”,b", "name=b,restart%20ecs"),
        ("tickets", "name:has.\"a, b\",\"~\"c\"", "name=has.%22c,a~,%20b"),
        ("tickets", "name:\"not.a\"", "name=not~.a"),
        ("tickets", "name:\"\"", "name=is.empty"),
        (
            "tickets",
            "start:\"2026-11-22\"..2026-11-23T08:00Z",
            "start=2026-11-22..2026-11-23T08:00:00Z",
        ),
        // A field by its id or heading, in either language and whichever capitals.
        ("patches", "PENDING-reboot>0", "pending_reboot=gt.0"),
        ("patches", "\"Pending reboot\">0", "pending_reboot=gt.0"),
        ("patches", "待重启＞＝1", "pending_reboot=ge.1"),
        ("plans", "状态：失败", "state=Failed"),
        // A value by its word, too.
        (
            "operations",
            "state:failed,complete",
            "state=OPERATION_COMPLETE,OPERATION_FAILED",
        ),
        ("plans", "state:not.\"pre-check failed\"", "state=not.ValidatingFailed"),
        ("tickets", "state:succeeded", "state=Succeed,Succeeded"),
        ("tickets", "state:Succeeded", "state=Succeeded"),
        ("plugins", "online:no installed:是", "installed=true&online=false"),
        // To the letter.
        ("plans", "state:~failed", "state=failed"),
        ("plans", "state:not.~failed,Canceled", "state=not.Canceled,failed"),
        ("plans", "state:has.failed", "state=has.failed"),
    ] {
        assert_eq!(link(id, text), query, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_text() {
    for text in [
        "web prod",
        "colour:red",
        "https://example.com",
        "12:30",
        "env=prod",
        "state=Failed",
        // Begun, or nothing that the field knows.
        "state:",
        "state: failed",
        "start:",
        "start:soon",
        "start:-24h",
        "missing>",
        "missing>many",
        "state>3",
        "region:gt.3",
        "start:is.soon",
        ">0",
        ":",
        "\"",
        "\"web front\"",
        "“web front",
        "~",
        "sort:-missing",
    ] {
        for id in ["plans", "patches"] {
            let view = View::new(table(id));
            assert_eq!(view.with_typed(text), view.with_q(text), "{text}");
        }
    }
}

#[test]
fn quotes_make_text_of_conditions() {
    let plans = table("plans");
    assert_eq!(link("plans", "\"state:failed\" web"), "q=state:failed%20web");
    assert_eq!(
        link("plans", "\"say state:failed\" state:failed"),
        "state=Failed&q=say%20state:failed"
    );
    assert_eq!(typed::quote(plans, "web state:failed"), "\"web state:failed\"");
    assert_eq!(typed::quote(plans, "web \"front\""), "web \"front\"");
}

#[test]
fn a_word_that_has_only_begun_waits() {
    let text = |typed: &str| typed::read_unfinished(table("plans"), typed).text;
    assert_eq!(text("web state:"), "web");
    assert_eq!(text("web start:so"), "web");
    assert_eq!(text("web start:so "), "web start:so");
    assert_eq!(text("web state:failed"), "web");
    assert_eq!(text("web sta"), "web sta");
    let not_understood = |typed: &str| typed::read_unfinished(table("plans"), typed).not_understood;
    assert_eq!(
        not_understood("start:so state: x:y state:failed end:"),
        ["start:so", "state:"]
    );
}

#[test]
fn conditions_come_besides_those_that_are_there() {
    let view = View::parse(table("plans"), "state=Failed&q=old&sort=end&colour=red");
    assert_eq!(
        view.with_typed("type:CVE_FIX new").to_query(),
        "type=CVE_FIX&state=Failed&colour=red&q=new&sort=end"
    );
}

fn known(column: usize, begins: &str) -> Vec<Known> {
    let values: &[(&str, u32)] = match table("tickets").columns().nth(column).unwrap().id {
        "state" => &[("Failed", 7), ("failed", 1), ("Running", 0), ("Odd", 2)],
        "creator" => &[("ops-bot", 5), ("Olga, QA", 3), ("not.me", 1)],
        _ => &[],
    };
    let values = values
        .iter()
        .filter(|(value, _)| value.to_lowercase().starts_with(begins));
    values
        .map(|(value, count)| Known {
            value: (*value).to_owned(),
            count: *count,
        })
        .collect()
}

/// The typed texts that suggestions make, of which `|` is the caret.
fn suggested(typed: &str) -> Vec<String> {
    let (before, after) = typed.split_once('|').unwrap();
    let typed = [before, after].concat();
    let all = typed::suggest(table("tickets"), &typed, before.len(), &known);
    let taken = |suggestion: &Suggestion| {
        let (mut text, caret) = suggestion.taken(&typed).unwrap();
        text.insert(caret, '|');
        text
    };
    all.iter().map(taken).collect()
}

#[test]
fn fields_and_values_are_suggested() {
    for (typed, expected) in [
        ("|", &[][..]),
        ("web |", &[]),
        ("xyz|", &[]),
        ("web sta|", &["web state:|", "web start:|"]),
        ("web cre| ops", &["web creator:| ops"]),
        ("创建|", &["creator:|"]),
        ("tags|", &["tags:|", "sys_tags:|"]),
        ("paus|", &["state:Pending|"]),
        ("state:fai|", &["state:Failed|", "state:~failed|"]),
        ("state:Failed,ru|", &["state:Failed,Running|"]),
        ("state:Failed,fail|", &["state:Failed,~failed|"]),
        (
            "state:fa|,Canceled x",
            &["state:Failed|,Canceled x", "state:~failed|,Canceled x"],
        ),
        ("状态:失|", &["状态:Failed|"]),
        ("state:not.od|", &["state:not.Odd|"]),
        ("creator:o|", &["creator:ops-bot|", "creator:\"Olga, QA\"|"]),
        ("creator:\"olga, |", &["creator:\"Olga, QA\"|"]),
        ("creator:n|", &["creator:\"not.me\"|"]),
        ("creator:has.o|", &[]),
        ("start:-2|", &["start:-24h..now|"]),
        ("start>|", &[]),
        ("colour:r|", &[]),
    ] {
        assert_eq!(suggested(typed), expected, "{typed}");
    }
    assert!(suggested("s|").len() <= typed::MOST_SUGGESTIONS);
    let all = typed::suggest(table("tickets"), "state:", "state:".len(), &known);
    assert_eq!(all[0].count, Some(7), "what rows have comes first");
    assert!(all.len() > 7 && all.len() <= typed::MOST_SUGGESTIONS);
    let all = typed::suggest(table("patches"), "missing:", "missing:".len(), &|_, _| Vec::new());
    assert_eq!(all[0].taken("missing:").unwrap().0, "missing:>0");
}

/// Conditions as links write them, right and wrong.
const CONDS: &[&str] = &[
    "a",
    "b,a",
    "a b",
    "Failed",
    "failed",
    "not.failed,x",
    "not.",
    "has.a,b c",
    "nothas.\"x\"",
    "pre.A",
    "gt.0",
    "ge.-24h",
    "lt.2026-11-22",
    "is.empty",
    "is.set",
    "1..2",
    "-24h..now",
    "now..",
    "~,",
    "~~",
    "gt~.5",
    "eq.gt.5",
    "失败",
    "“",
    "true",
    "yes",
    "1",
    ",",
    "a,",
    "x~ y",
];

/// Behind a field's id and a colon, or a sign of order, stands what stands in the link, where links understand it.
#[test]
fn cond_is_that_of_the_link() {
    let mut held = 0;
    for table in catalog::tables() {
        for column in table.columns() {
            let typed = |text: [&str; 3]| View::new(table).with_typed(&text.concat());
            let documented = column.values.iter().map(|known| known.value);
            for cond in CONDS.iter().copied().chain(documented.clone()) {
                let linked = View::parse(table, &encode_query([(column.id, Some(cond))]));
                // Of documented values those that are written otherwise mean what they read like.
                let named = column.kind == catalog::Kind::Bool
                    || !column.values.is_empty() && !documented.clone().any(|known| known == cond);
                if named
                    && cond
                        .split_once('.')
                        .is_none_or(|(word, _)| matches!(word, "eq" | "not"))
                {
                    continue;
                }
                if cond.contains([' ', '"', '“']) || linked.items().iter().any(|item| !item.understood) {
                    continue;
                }
                held += 1;
                assert_eq!(typed([column.id, ":", cond]), linked);
                for (sign, operator) in [(">", "gt."), (">=", "ge."), ("<", "lt."), ("<=", "le.")] {
                    if let Some(bound) = cond.strip_prefix(operator) {
                        assert_eq!(typed([column.id, sign, bound]), linked);
                    }
                }
            }
        }
    }
    assert!(held > 1000, "{held}");
}

fn any_table() -> impl Strategy<Value = &'static catalog::Table> {
    select(catalog::tables())
}

/// Texts full of what means something.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "([a-z\"“”~:：><=,. 中]|state:|missing>|start<|name:|fail|not\\.|-24h){0,14}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A view that a link makes can be typed, and what is typed makes that view.
    #[test]
    fn what_is_typed_and_its_link_are_one_view(
        table in any_table(),
        params in prop::collection::vec((0usize..30, select(CONDS)), 0..5),
        q in text(),
    ) {
        let params: Vec<(&str, &str)> = params
            .into_iter()
            .map(|(at, cond)| (table.columns().nth(at % table.columns().len()).unwrap().id, cond))
            .collect();
        let linked = View::parse(table, &encode_query(params.iter().map(|(id, cond)| (*id, Some(*cond))))).with_q(&q);
        let struck: Vec<String> = linked.items().into_iter().filter(|item| !item.understood).map(|item| item.param).collect();
        let linked = struck.iter().fold(linked, |view, param| view.without(param));
        let conditions = linked.conditions.iter().map(|condition| {
            typed::condition(table.columns().nth(condition.column).unwrap(), &condition.text)
        });
        let typed = conditions.chain([typed::quote(table, &linked.q)]).collect::<Vec<_>>().join(" ");
        let view = View::new(table).with_typed(&typed);
        prop_assert_eq!(&view, &linked, "{}", typed);
        prop_assert_eq!(&view.conditions, &linked.conditions, "{}", typed);
        prop_assert!(view.items().iter().all(|item| item.understood), "{}", typed);
    }

    /// Any text is taken, and nothing of it is lost.
    #[test]
    fn any_text_is_taken(table in any_table(), text in text(), caret in any::<prop::sample::Index>()) {
        let said = typed::read(table, &text);
        let view = View::new(table).with_typed(&text);
        prop_assert_eq!(&view.q, &said.text);
        prop_assert!(view.items().iter().all(|item| item.understood), "{:?}", view);
        if !text.contains([':', '：', '>', '＞', '<', '＜', '≥', '≤']) {
            prop_assert_eq!(&view, &View::new(table).with_q(&text));
        }
        // The condition that nobody typed: each came from a field and a sign.
        prop_assert!(said.conditions.len() <= text.matches([':', '：', '>', '＞', '<', '＜', '≥', '≤']).count());
        let begun = typed::read_unfinished(table, &text);
        prop_assert_eq!(&begun.conditions, &said.conditions);
        prop_assert!(said.text.starts_with(&begun.text));
        let caret = caret.index(text.len() + 1);
        for suggestion in typed::suggest(table, &text, caret, &|_, _| vec![Known { value: "a b".to_owned(), count: 1 }]) {
            let (taken, at) = suggestion.taken(&text).unwrap();
            prop_assert!(taken.is_char_boundary(at));
        }
    }

    /// Text stays text in quotes, whatever it is.
    #[test]
    fn quoted_text_is_text(table in any_table(), text in text()) {
        let text = View::new(table).with_q(&text).q;
        let said = typed::read(table, &typed::quote(table, &text));
        prop_assert!(said.conditions.is_empty());
        prop_assert_eq!(said.text, text);
    }

    /// What a suggestion says that the word then is, it is.
    #[test]
    fn suggestions_keep_their_word(table in any_table(), at in 0usize..30, begun in "[a-zA-Z0-9失]{0,2}", values in prop::collection::vec("[a-c ,.~\"not]{1,6}|failed|yes|FAILED", 0..4)) {
        let at = at % table.columns().len();
        let column = table.columns().nth(at).unwrap();
        let typed = ["web ", column.id, ":", &begun].concat();
        let known = |_: usize, _: &str| values.iter().map(|value| Known { value: value.clone(), count: 1 }).collect::<Vec<_>>();
        for suggestion in typed::suggest(table, &typed, typed.len(), &known) {
            let (taken, _) = suggestion.taken(&typed).unwrap();
            let said = View::new(table).with_condition(suggestion.column, suggestion.cond.as_deref().unwrap()).with_q("web");
            prop_assert_eq!(&View::new(table).with_typed(&taken), &said, "{}", taken);
        }
    }
}
