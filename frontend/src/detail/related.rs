//! Other rows about the same: a link to each view of them, with how many there are among the rows that the page has.

use crate::consoles;
use crate::grid::cell;
use crate::i18n::{Lang, Locale, fill, format, words};
use crate::screen::Screen;
use crate::tally::Completeness;
use crate::ui::spoken::seen_and_spoken;
use catalog::{Reference, ResourceKind};
use leptos::prelude::*;
use table::Rows;
use table::engine::{Clock, Count, Engine};
use table::view::View;

/// Most resources that one link asks for.
const LISTED: usize = 100;
/// What is recent.
const RECENT: &str = "-7d..now";

/// Rows that are about one resource of a row.
#[derive(Clone, Debug, PartialEq)]
struct Relation {
    /// The column that names it.
    column: &'static str,
    /// What it is.
    kind: ResourceKind,
    /// How many of the kind the row names; rows about any of them are related.
    several: usize,
    /// Those that began within the last days, where rows are pieces of work.
    recent: Option<View>,
    /// All of them.
    all: View,
}

/// What is related to a row: one entry for each kind of resource that it is about.
fn related(rows: &Rows, row: u32, zone: Option<&str>) -> Vec<Relation> {
    let table = rows.table();
    let mut found: Vec<Relation> = Vec::new();
    let begins = table.span.filter(|span| span.work).map(|span| span.begin);
    let begins = begins.and_then(|column| table.index(column));
    for reference in table
        .references
        .iter()
        .filter(|reference| consoles::holds(rows, row, reference))
    {
        // Of several ids of one resource the first is the best known.
        if found.iter().any(|known| known.kind == reference.kind) {
            continue;
        }
        let Some((at, ids)) = named(rows, row, reference) else {
            continue;
        };
        let all = View::new(table).with_tz(zone);
        let all = match &ids[..] {
            [id] => all.only(at, id),
            _ => all.with_condition(at, &["eq.", &table::view::list(&ids)].concat()),
        };
        found.push(Relation {
            column: reference.column,
            kind: reference.kind,
            several: ids.len(),
            recent: begins.map(|column| all.with_condition(column, RECENT)),
            all,
        });
    }
    found
}

/// The column of a reference and the ids in it, if they can be asked for. The cloud's own JSON is no id.
fn named(rows: &Rows, row: u32, reference: &Reference) -> Option<(usize, Vec<String>)> {
    let at = rows.table().index(reference.column)?;
    let mut ids: Vec<String> = Vec::new();
    for id in cell::values(rows, row, at) {
        if !id.is_empty() && !id.starts_with(['{', '[']) && !ids.contains(&id) {
            ids.push(id);
        }
        if ids.len() > LISTED {
            return None;
        }
    }
    (!ids.is_empty()).then_some((at, ids))
}

/// The links, once there is another row to lead to, or may be one.
#[component]
pub fn Related(screen: Screen, row: u32) -> impl IntoView {
    let locale = Locale::get();
    let person = screen.table.roles().and_then(|roles| screen.table.index(roles.person?));
    let counted = Memo::new(move |_| {
        let now = screen.now.get();
        let zone = screen.zone.get();
        let midnight = |date| format::midnight(date, zone.as_deref());
        let clock = Clock {
            now,
            midnight: &midnight,
        };
        screen.data.rows.with(|rows| {
            let count = |related: Relation| {
                // One engine for both: the views differ by one condition.
                let mut engine = Engine::new();
                let all = engine.count(rows, &related.all, &clock, person);
                let recent = related.recent.as_ref();
                let recent = recent.map(|view| (view.path(), engine.count(rows, view, &clock, person)));
                (related, all, recent)
            };
            related(rows, row, zone.as_deref())
                .into_iter()
                .map(count)
                .collect::<Vec<_>>()
        })
    });
    // Every source of the table may have such rows.
    let known = Memo::new(move |_| Certainty {
        told: screen.data.completeness(|_| true),
        loading: screen.data.loading(),
    });
    move || {
        let (lang, known) = (locale.lang(), known.get());
        let line = |(related, all, recent): (Relation, Count, Option<(String, Count)>)| {
            // The row itself is one of them.
            if all.rows <= 1 && known.whole() {
                return None;
            }
            let name = fill(
                lang.pick(&words::SAME),
                &[("t", &lang.pick(&related.kind.label()).to_lowercase())],
            );
            let several = (related.several > 1).then(|| {
                let several = format::count(lang, related.several);
                view! { <span class="hint">{fill(lang.pick(&words::ANY_OF), &[("n", &several)])}</span> }
            });
            let link = |phrase, address, count| known.link(lang, related.column, phrase, address, count);
            let recent = recent.filter(|(_, count)| count.rows > 0 || !known.whole());
            let recent = recent.map(|(address, count)| link(&words::RELATED_RECENT, address, count));
            Some(view! {
                <div class="field">
                    <dt>{name}" "{several}</dt>
                    <dd class="links">{recent}{link(&words::RELATED_ALL, related.all.path(), all)}</dd>
                </div>
            })
        };
        let lines: Vec<_> = counted.get().into_iter().filter_map(line).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <section data-testid="related">
                    <h2>{lang.pick(&words::RELATED)}</h2>
                    <dl>{lines}</dl>
                </section>
            }
        })
    }
}

/// How much is known of the rows that are counted.
#[derive(Clone, Copy, PartialEq)]
struct Certainty {
    told: Completeness,
    loading: bool,
}

impl Certainty {
    /// Whether a number is the number that there are.
    fn whole(self) -> bool {
        self.told.whole() && !self.loading
    }

    /// A number as it is seen and as it is read out. While rows arrive there are at least so many.
    fn number(self, lang: Lang, count: usize) -> (String, String) {
        if self.told.whole() && self.loading {
            let number = format::count(lang, count);
            let spoken = fill(lang.pick(&words::AT_LEAST), &[("n", &number)]);
            return ([&number, " +"].concat(), spoken);
        }
        (self.told.text(lang, count), self.told.spoken(lang, count))
    }

    /// Why there may be more.
    fn note(self, lang: Lang) -> Option<String> {
        let loading = self.loading.then(|| lang.pick(&words::STATE_LOADING).to_owned());
        self.told.note(lang).or(loading)
    }

    /// A link with its number, and with that of the people behind the rows.
    fn link(
        self,
        lang: Lang,
        column: &'static str,
        phrase: &'static catalog::Label,
        address: String,
        count: Count,
    ) -> AnyView {
        let (rows, spoken_rows) = self.number(lang, count.rows);
        let mut seen = fill(lang.pick(phrase), &[("n", &rows)]);
        let mut spoken = fill(lang.pick(phrase), &[("n", &spoken_rows)]);
        if count.different > 0 {
            let (people, spoken_people) = self.number(lang, count.different);
            let phrase = lang.pick(if count.different == 1 {
                &words::RELATED_PERSON
            } else {
                &words::RELATED_PEOPLE
            });
            let comma = lang.pick(&words::COMMA);
            seen = [seen, fill(phrase, &[("n", &people)])].join(comma);
            spoken = [spoken, fill(phrase, &[("n", &spoken_people)])].join(comma);
        }
        let at_least = (!self.whole()).then_some("true");
        let people = (count.different > 0).then(|| count.different.to_string());
        let words = seen_and_spoken(seen, spoken);
        view! {
            <a
                href=address
                data-related=column
                data-count=count.rows.to_string()
                data-people=people
                data-at-least=at_least
                title=self.note(lang)
            >{words}</a>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::related;
    use table::Rows;

    /// The views related to a row, by the column that names what they are about: recent ones, and all.
    fn views(table: &str, json: &str, row: u32) -> Vec<(&'static str, Option<String>, String)> {
        let table = catalog::table(table).unwrap();
        let source = table.sources().next().unwrap();
        let mut rows = Rows::new(table);
        let target = rows.add_target(source.cloud().id, "prod", "cn-hangzhou", source);
        rows.ingest(target, json).unwrap();
        let found = related(&rows, row, None).into_iter();
        found
            .map(|one| (one.column, one.recent.map(|view| view.path()), one.all.path()))
            .collect()
    }

    #[test]
    fn work_on_the_same_resource_is_related_recent_and_all() {
        let plan = r#"[{"plan_id":"P-1","cluster_id":"c1","target_type":"nodepool","target_id":"np1"}]"#;
        assert_eq!(
            views("plans", plan, 0),
            [
                (
                    "cluster",
                    Some("/plans?cluster=c1&start=-7d..now".to_owned()),
                    "/plans?cluster=c1".to_owned()
                ),
                (
                    "target",
                    Some("/plans?target=np1&start=-7d..now".to_owned()),
                    "/plans?target=np1".to_owned()
                ),
            ]
        );
        // Its target is the cluster once more.
        let plan = r#"[{"plan_id":"P-1","cluster_id":"c1","target_type":"cluster","target_id":"c1"}]"#;
        let columns: Vec<_> = views("plans", plan, 0).into_iter().map(|view| view.0).collect();
        assert_eq!(columns, ["cluster"]);
    }

    #[test]
    fn what_is_only_looked_at_has_no_recent_rows() {
        let patch = r#"[{"InstanceId":"i-1","BaselineId":"pb-1"}]"#;
        assert_eq!(
            views("patches", patch, 0),
            [
                ("instance", None, "/patches?instance=i-1".to_owned()),
                ("baseline", None, "/patches?baseline=pb-1".to_owned()),
            ]
        );
    }

    #[test]
    fn rows_about_any_of_several_resources_are_related() {
        let ticket = r#"[{"execution_id":"EX1","document_id":"DM1","targets":[{"key":"InstanceValues","values":[
            {"resource_id":"s,2"},{"resource_id":"s1"},{"resource_id":"s1"},{"odd":1}]}]}]"#;
        let found = views("tickets", ticket, 0);
        assert_eq!(found[0].2, "/tickets?document=DM1");
        assert_eq!(found[1].2, "/tickets?targets=s~,2,s1");
    }

    #[test]
    fn what_is_not_named_is_related_to_nothing() {
        assert_eq!(views("plans", r#"[{"plan_id":"P-1","cluster_id":{"odd":1}}]"#, 0), []);
        let many: Vec<_> = (0..101).map(|id| format!(r#"{{"resource_id":"s{id}"}}"#)).collect();
        let ticket = format!(
            r#"[{{"execution_id":"EX1","targets":[{{"key":"I","values":[{}]}}]}}]"#,
            many.join(",")
        );
        assert_eq!(views("tickets", &ticket, 0), []);
    }
}
