//! Lists of ids: what is a list, which column it is about, and which of its values are there.

use catalog::{Column, Format, Kind, Table};
use std::collections::{BTreeSet, HashMap, HashSet};
use table::fold;
use table::rows::{Cell, Rows};
use table::view::{Test, View};

/// The longest text taken for a list. Whoever pastes a log file wanted no condition.
const MOST: usize = 10_000;

/// What a pasted list means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The column that has most of the values.
    pub column: usize,
    /// The values in order, each once; in the data's own spelling where they are there.
    pub values: Vec<String>,
    /// How many of the pasted words are there.
    pub found: usize,
}

/// Reads a pasted text as a list of values of one column of the rows. `None` for what is no list: a single word, or words that neither look
/// like ids nor stand in one column.
pub fn read(rows: &Rows, text: &str) -> Option<List> {
    let hard = split(text, |character| {
        matches!(character, ',' | ';' | '\n' | '\r' | '\t' | '，' | '；' | '、')
    });
    let soft = split(text, |character| {
        matches!(character, ',' | ';' | '，' | '；' | '、') || character.is_whitespace()
    });
    let mut best: Option<List> = None;
    // Values may have spaces; then only the other separators divide them.
    for words in [&hard, &soft] {
        if (2..=MOST).contains(&words.len()) && best.as_ref().is_none_or(|best| best.found < best.values.len()) {
            let list = place(rows, words);
            if list.found > best.as_ref().map_or(1, |best| best.found) {
                best = Some(list);
            }
        }
    }
    best.or_else(|| {
        let alike = soft.iter().filter(|word| looks_like_id(word)).count();
        (soft.len() >= 2 && soft.len() <= MOST && alike * 2 > soft.len()).then(|| List {
            column: columns(rows.table()).next().unwrap_or_default(),
            values: soft,
            found: 0,
        })
    })
}

/// The parts of a text, without the quotes and brackets of the programs that people copy from, each once.
fn split(text: &str, separates: impl Fn(char) -> bool) -> Vec<String> {
    let mut seen = HashSet::new();
    let bare = |part: &str| {
        part.trim_matches(|c: char| c.is_whitespace() || "\"'`“”‘’[](){}<>".contains(c))
            .to_owned()
    };
    text.split(separates)
        .map(bare)
        .filter(|part| !part.is_empty() && seen.insert(fold::text(part).into_owned()))
        .collect()
}

/// Whether a word has the look of something that a machine named: letters, digits and joints, at least one digit; no small number and no time.
fn looks_like_id(word: &str) -> bool {
    let joint = |byte: u8| matches!(byte, b'-' | b'_' | b'.' | b':' | b'/' | b'@');
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || joint(byte))
        && digits > 0
        && word.len() > if digits == word.len() { 5 } else { 2 }
        && table::time::parse(word).is_none()
        && table::time::parse_date(word).is_none()
}

/// The columns that a list may be about, the likeliest first: names that machines gave, then other texts. Documented words are no names.
fn columns(table: &'static Table) -> impl Iterator<Item = usize> {
    let fits = |column: &Column| matches!(column.kind, Kind::Text | Kind::List) && column.values.is_empty();
    let named = move |ids: bool| {
        let fits = move |(_, column): &(usize, &Column)| fits(column) && (column.format == Format::Id) == ids;
        table.columns().enumerate().filter(fits).map(|(at, _)| at)
    };
    named(true).chain(named(false))
}

/// Finds the column in which most of the words are values.
fn place(rows: &Rows, words: &[String]) -> List {
    let wanted = Wanted::new(words);
    let mut best = (0, 0, Vec::new());
    for column in columns(rows.table()) {
        let spellings = wanted.spellings(rows, column);
        let found = spellings.iter().filter(|spellings| !spellings.is_empty()).count();
        if best.2.is_empty() || found > best.1 {
            best = (column, found, spellings);
        }
        if found == words.len() {
            break;
        }
    }
    let (column, found, spellings) = best;
    let mut values = Vec::with_capacity(words.len());
    for (word, spellings) in words.iter().zip(spellings) {
        if spellings.is_empty() {
            values.push(word.clone());
        }
        values.extend(spellings);
    }
    List { column, values, found }
}

/// Words to look for, whatever their case.
struct Wanted {
    words: HashMap<String, usize>,
    /// Whether a word of so many bytes is among them; longer ones count as the last. Spares most cells the look-up.
    lengths: [bool; 64],
}

impl Wanted {
    fn new(words: &[String]) -> Self {
        let mut lengths = [false; 64];
        let lower = |(at, word): (usize, &String)| (fold::text(word).into_owned(), at);
        let words: HashMap<String, usize> = words.iter().enumerate().map(lower).collect();
        for word in words.keys() {
            lengths[word.len().min(63)] = true;
        }
        Self { words, lengths }
    }

    /// How each word is spelt in a column; nothing for words that are not there.
    fn spellings(&self, rows: &Rows, column: usize) -> Vec<BTreeSet<String>> {
        let mut found = vec![BTreeSet::new(); self.words.len()];
        let mut look = |text: &str| {
            // Folding changes the length of some letters beyond ASCII.
            if text.is_ascii() && !self.lengths[text.len().min(63)] {
                return;
            }
            if let Some(at) = self.words.get(&*fold::text(text))
                && !found[*at].contains(text)
            {
                found[*at].insert(text.to_owned());
            }
        };
        each(rows, 0, column, &mut look);
        found
    }
}

/// Hands over every text of a column from a row on.
fn each(rows: &Rows, from: usize, column: usize, look: &mut dyn FnMut(&str)) {
    let there = |row: &u32| !rows.is_gone(*row);
    for row in (from..rows.len())
        .filter_map(|row| u32::try_from(row).ok())
        .filter(there)
    {
        match rows.cell(row, column) {
            Cell::Text(text) => look(text),
            Cell::List(items) => items.for_each(&mut *look),
            _ => {}
        }
    }
}

/// The conditions of a view that list values worth a report: their place among the conditions, column and values. Words from a documented set,
/// which facets show with their counts, are not.
pub fn lists(view: &View) -> Vec<(String, usize, Vec<String>)> {
    let listed = view.conditions.iter().filter_map(|condition| match &condition.test {
        Some(Test::Equal { not: false, values }) if values.len() > 1 => {
            let column = view.table.columns().nth(condition.column)?;
            let reported =
                columns(view.table).any(|at| at == condition.column) && (!column.facet || values.len() > FEW);
            let values = values.iter().map(|value| value.text().into_owned());
            let param = [column.id, "=", &condition.text].concat();
            reported.then(|| {
                (
                    param,
                    condition.column,
                    values.filter(|value| !value.is_empty()).collect(),
                )
            })
        }
        _ => None,
    });
    listed.collect()
}

/// So many values of a facet are ticked by hand rather than pasted.
const FEW: usize = 10;

/// Which values of a list have not been met among the rows so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    column: usize,
    values: HashSet<String>,
    seen: usize,
}

impl Missing {
    /// All of them, before a row has been looked at.
    pub fn new(column: usize, values: &[String]) -> Self {
        Self {
            column,
            values: values.iter().cloned().collect(),
            seen: 0,
        }
    }

    /// Looks at the rows that have come since the last time.
    pub fn look(&mut self, rows: &Rows) {
        if !self.values.is_empty() {
            each(rows, self.seen, self.column, &mut |text| {
                self.values.remove(text);
            });
        }
        self.seen = rows.len();
    }

    /// Whether a value has not been met.
    pub fn has(&self, value: &str) -> bool {
        self.values.contains(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let table = catalog::table("patches").unwrap();
        let mut rows = Rows::new(table);
        let source = catalog::source("alibaba.oos.instance-patch-states").unwrap();
        let target = rows.add_target("alibaba", "prod-cn", "cn-hangzhou", source);
        let row = |id: usize| {
            format!(
                r#"{{"InstanceId":"i-Bp{id:04}","BaselineId":"pb-{}","PatchGroup":"web front {}"}}"#,
                id % 3,
                id % 2
            )
        };
        let all: Vec<_> = (0..600).map(row).collect();
        rows.ingest(target, &format!("[{}]", all.join(","))).unwrap();
        rows
    }

    fn column(id: &str) -> usize {
        catalog::table("patches").unwrap().index(id).unwrap()
    }

    #[test]
    fn five_hundred_ids_in_any_dress() {
        let rows = rows();
        for separator in [",", ", ", " ", "\n", "\r\n", ";", "\t", "，", "\",\n  \""] {
            let ids: Vec<_> = (200..700).map(|id| format!("I-bP{id:04}")).collect();
            let list = read(&rows, &format!(" [\"{}\"] ", ids.join(separator))).unwrap();
            assert_eq!(
                (list.column, list.found, list.values.len()),
                (column("instance"), 400, 500),
                "{separator:?}"
            );
            assert_eq!(list.values[0], "i-Bp0200", "the data's spelling");
            assert_eq!(list.values[499], "I-bP0699", "as pasted where nothing is there");
        }
    }

    #[test]
    fn the_column_is_the_one_with_most() {
        let rows = rows();
        assert_eq!(
            read(&rows, "pb-0 pb-1 pb-2 i-Bp0001").unwrap().column,
            column("baseline")
        );
        assert_eq!(
            read(&rows, "web front 0, web front 1").unwrap().values,
            ["web front 0", "web front 1"]
        );
        let unknown = read(&rows, "i-gone1 i-gone2").unwrap();
        assert_eq!((unknown.column, unknown.found), (column("instance"), 0));
    }

    #[test]
    fn ordinary_text_is_no_list() {
        let rows = rows();
        for text in [
            "",
            "i-Bp0001",
            "web front",
            "hello, world; good morning",
            "needs 3 of 12",
            "最多 500 个",
            ",,;\n",
            "a b c d e1",
            "2026-11-22 2026-11-23",
        ] {
            assert_eq!(read(&rows, text), None, "{text:?}");
        }
        assert_eq!(read(&rows, &"x1-".repeat(20_000).replace('-', " ")), None);
    }

    #[test]
    fn twins_in_another_case_are_both_meant() {
        let mut rows = rows();
        rows.ingest(0, r#"[{"InstanceId":"i-bP0001","BaselineId":"pb-0"}]"#)
            .unwrap();
        let list = read(&rows, "i-bp0001 i-bp0002").unwrap();
        assert_eq!(
            (list.values, list.found),
            (vec!["i-Bp0001".into(), "i-bP0001".into(), "i-Bp0002".into()], 2)
        );
    }

    #[test]
    fn missing_values_are_found_as_rows_arrive() {
        let mut rows = rows();
        let values = ["i-Bp0001", "i-late", "i-never"].map(str::to_owned);
        let mut missing = Missing::new(column("instance"), &values);
        missing.look(&rows);
        assert_eq!(
            (missing.values.len(), missing.has("i-Bp0001"), missing.has("i-late")),
            (2, false, true)
        );
        rows.ingest(0, r#"[{"InstanceId":"i-late"}]"#).unwrap();
        missing.look(&rows);
        assert_eq!((missing.values.len(), missing.has("i-never")), (1, true));
    }

    #[test]
    fn reports_are_for_lists_of_names() {
        let table = catalog::table("patches").unwrap();
        let listed = |query: &str| {
            lists(&View::parse(table, query))
                .into_iter()
                .map(|(param, ..)| param)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            listed("instance=b,a&phase=failed,action&account=x,y&missing=1,2"),
            ["instance=a,b"]
        );
        assert_eq!(listed("instance=not.a,b&baseline=a&q=a,b"), [""; 0]);
        assert_eq!(listed("account=1,2,3,4,5,6,7,8,9,a,b").len(), 1);
    }
}
