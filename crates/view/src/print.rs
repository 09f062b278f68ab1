//! The canonical query string of a view.

use super::{COUNT, RESERVED, Since, View, encode_query};
use values::sort;

/// Where a parameter that is no field stands among the others.
pub(super) fn rank(name: &str) -> usize {
    RESERVED.iter().position(|known| *known == name).map_or(0, |at| at + 1)
}

impl View {
    /// The canonical query string, without `?`; empty for the default view.
    pub fn to_query(&self) -> String {
        // (rank, whether it is not understood, name, value), of which the first two order what comes after the fields.
        let mut rest: Vec<(usize, bool, &str, Option<&str>)> = self
            .unknown
            .iter()
            .map(|param| (rank(&param.name), true, param.name.as_str(), param.value.as_deref()))
            .collect();
        let by = self.by_text();
        let sort = self.sort_text();
        let cols = self.cols_text();
        let since = self.since.map(Since::text);
        let known = [
            ("q", Some(self.q.as_str())),
            ("tz", self.tz.as_deref()),
            ("view", self.name.as_deref()),
            ("row", self.row.as_deref()),
            ("since", since.as_deref()),
            ("by", Some(by.as_str())),
            ("sort", Some(sort.as_str())),
            ("cols", Some(cols.as_str())),
        ];
        let known = known
            .into_iter()
            .filter(|(_, value)| value.is_some_and(|value| !value.is_empty()));
        rest.extend(known.map(|(name, value)| (rank(name), false, name, value)));
        sort::by(&mut rest, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));

        let conditions = self.conditions.iter().filter_map(|condition| {
            let column = self.column(condition.column)?;
            Some((column.id, Some(condition.text.as_str())))
        });
        encode_query(conditions.chain(rest.into_iter().map(|(.., name, value)| (name, value))))
    }

    fn sort_text(&self) -> String {
        let keys = self.sort.iter().map(|key| {
            let id = self.sort_id(key.column);
            if key.descending {
                ["-", id].concat()
            } else {
                id.to_owned()
            }
        });
        keys.chain(self.unknown_sort.iter().cloned())
            .collect::<Vec<_>>()
            .join(",")
    }

    /// The word of a sort key, without its direction.
    fn sort_id(&self, column: usize) -> &'static str {
        self.column(column).map_or(COUNT, |column| column.id)
    }

    fn by_text(&self) -> String {
        let ids = self.by.iter().filter_map(|at| Some(self.column(*at)?.id.to_owned()));
        ids.chain(self.unknown_by.iter().cloned()).collect::<Vec<_>>().join(",")
    }

    fn cols_text(&self) -> String {
        let ids = self.cols.iter().filter_map(|at| Some(self.column(*at)?.id.to_owned()));
        ids.chain(self.unknown_cols.iter().cloned())
            .collect::<Vec<_>>()
            .join(",")
    }
}
