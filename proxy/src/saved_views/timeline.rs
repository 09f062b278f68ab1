//! The query string of the timeline, which shows several tables at once. The page writes it in the same canonical form, so that it can compare
//! a saved view with its own address: the stretch in sight, the conditions, the tables, free text, zone, grouping.

use super::{no_part, not_understood};
use catalog::Table;
use table::View;
use table::view::{Param, Test, Value, decode_query, encode_query, split_items};

/// The tables that have times.
const TABLES: [&str; 4] = ["plans", "tickets", "patches", "operations"];
/// What a band may be; the first need not be said.
const GROUPS: [&str; 3] = ["account", "resource", "table"];
/// What is in sight unless the link says otherwise.
const USUAL: [&str; 2] = ["-24h", "7d"];

/// The parts of a timeline's query, each in canonical form.
#[derive(Default)]
struct Query {
    start: Option<String>,
    /// Sorted as `name=value`, as the page does.
    conditions: Vec<(String, String, String)>,
    tables: Option<Vec<&'static str>>,
    q: Vec<String>,
    tz: Option<String>,
    group: Option<&'static str>,
}

/// The canonical query.
///
/// # Errors
/// Everything that is not understood, one text each.
pub fn canonical(query: &str) -> Result<String, Vec<String>> {
    let mut read = Query::default();
    let faults: Vec<_> = decode_query(query)
        .filter_map(|param| read.take(&param).err())
        .collect();
    if faults.is_empty() {
        Ok(read.text())
    } else {
        Err(faults)
    }
}

impl Query {
    fn take(&mut self, param: &Param) -> Result<(), String> {
        let name = param.name.as_str();
        let value = param.value.as_deref().unwrap_or_default();
        let alone = encode_query([(name, param.value.as_deref())]);
        let tables = TABLES.iter().filter_map(|id| catalog::table(id));
        let views: Vec<View> = tables.map(|table: &'static Table| View::parse(table, &alone)).collect();
        match name {
            "q" => self.q.extend(value.split_whitespace().map(str::to_owned)),
            "row" | "view" => return Err(no_part(name)),
            "tz" if self.tz.is_none() && views.iter().any(|view| view.tz.is_some()) => {
                self.tz = views.into_iter().find_map(|view| view.tz);
            }
            "start" if self.start.is_none() && views.iter().any(|view| range(view).is_some()) => {
                self.start = views.iter().find_map(range);
            }
            "group" if self.group.is_none() && GROUPS.contains(&value) => {
                self.group = GROUPS.into_iter().find(|group| *group == value);
            }
            "table" if self.tables.is_none() && chosen(value).is_some() => self.tables = chosen(value),
            _ => {
                // A condition belongs to every table that understands it. `group` is never the patch group here.
                let conditions = views.iter().filter_map(|view| view.conditions.first());
                let mut understood = conditions.filter(|condition| condition.test.is_some());
                let Some(condition) = understood.next().filter(|_| name != "group") else {
                    return Err(not_understood(&[name, value].join("=")));
                };
                let text = condition.text.clone();
                self.conditions.push(([name, &text].join("="), name.to_owned(), text));
            }
        }
        Ok(())
    }

    fn text(mut self) -> String {
        self.conditions.sort();
        self.conditions.dedup();
        let start = self.start.filter(|start| *start != USUAL.join(".."));
        let tables = self.tables.map(|tables| tables.join(","));
        let q = self.q.join(" ");
        let group = self.group.filter(|group| *group != GROUPS[0]);
        let conditions = self
            .conditions
            .iter()
            .map(|(_, name, text)| (name.as_str(), text.as_str()));
        let rest = [
            ("table", tables.as_deref()),
            ("q", Some(q.as_str())),
            ("tz", self.tz.as_deref()),
            ("group", group),
        ];
        let rest = rest.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let all = start.as_deref().map(|start| ("start", start)).into_iter();
        let all = all.chain(conditions).chain(rest).filter(|(_, value)| !value.is_empty());
        encode_query(all.map(|(name, value)| (name, Some(value))))
    }
}

/// The stretch that a condition on the start asks for; an open end is where it usually is.
fn range(view: &View) -> Option<String> {
    let Some(Test::Range { from, to }) = &view.conditions.first()?.test else {
        return None;
    };
    let bound = |value: &Option<Value>, usual: &str| {
        value
            .as_ref()
            .map_or_else(|| usual.to_owned(), |value| value.text().into_owned())
    };
    Some([bound(from, USUAL[0]), bound(to, USUAL[1])].join(".."))
}

/// The tables of a list, in their usual order; none where it names something else.
fn chosen(list: &str) -> Option<Vec<&'static str>> {
    let asked = split_items(list);
    let named = |id: &&str| asked.iter().any(|asked| asked == id);
    let known = asked.iter().all(|id| TABLES.contains(&id.as_str()));
    known.then(|| TABLES.into_iter().filter(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_with_times() {
        let timed = |table: &&Table| {
            let has = |id: &str| table.column(id).is_some();
            has("start") && has("end") || has("created") && has("updated")
        };
        let ids: Vec<_> = catalog::tables()
            .into_iter()
            .filter(timed)
            .map(|table| table.id)
            .collect();
        assert_eq!(ids, TABLES);
    }

    #[test]
    fn conditions_of_any_of_the_tables_are_understood() {
        let written = |query: &str| canonical(query).unwrap();
        assert_eq!(
            written(
                "group=resource&phase=failed,action&missing=gt.0&tz=UTC&start=-7d..7d&account=b,a&table=patches,plans&q=x++y"
            ),
            "start=-7d..7d&account=a,b&missing=gt.0&phase=action,failed&table=plans,patches&q=x%20y&tz=UTC&group=resource"
        );
        assert_eq!(
            written("start=-24h..&group=account&q=&account=a&account=a"),
            "account=a"
        );
        assert_eq!(written("start=..now&start=gt.-1h"), "start=-24h..now&start=gt.-1h");
        assert_eq!(written(""), "");
    }

    #[test]
    fn the_rest_is_named() {
        let query = "colour=red&start=gt.x&row=a&sort=start&cluster&since=last&group=size&table=plugins";
        let faults = canonical(query).unwrap_err();
        let parts = [
            "colour=red",
            "start=gt.x",
            "`row`",
            "sort=start",
            "cluster=",
            "since=last",
            "group=size",
            "table=plugins",
        ];
        assert_eq!(faults.len(), parts.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(parts) {
            assert!(fault.contains(part), "{fault}");
        }
    }
}
