//! Views that a team saved in the configuration.

use serde::Serialize;
use table::View;
use table::view::timeline::{TIMELINE, TimelineView};
use url::form_urlencoded;

/// A view with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedView {
    /// What people call it.
    pub name: String,
    /// The page's path without its slash: a table, or `timeline`.
    pub table: String,
    /// The canonical query string, without `?`.
    pub query: String,
}

impl SavedView {
    /// The view at `address`, which is the path and query of the page: `/patches?missing=gt.0&sort=-missing`.
    ///
    /// # Errors
    /// Everything that is wrong with the address, one text each.
    pub fn at(name: &str, address: &str) -> Result<Self, Vec<String>> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let Some(id) = path.strip_prefix('/') else {
            return Err(vec![format!(
                "{address:?} must begin with the page's path, as in /patches?missing=gt.0"
            )]);
        };
        if address.contains('#') {
            return Err(vec![
                "has a fragment (\"#…\"), where nothing of a view stands".to_owned(),
            ]);
        }
        let query = match catalog::table(id) {
            Some(table) => of_table(&View::parse(table, query)),
            None if id == TIMELINE => of_timeline(&TimelineView::parse(query)),
            None => {
                let ids = catalog::tables().into_iter().map(|table| table.id).chain([TIMELINE]);
                let paths: Vec<_> = ids.map(|id| format!("/{id}")).collect();
                return Err(vec![format!(
                    "{path:?} is no page with a view; there are {}",
                    paths.join(", ")
                )]);
            }
        };
        Ok(Self {
            name: name.to_owned(),
            table: id.to_owned(),
            query: query?,
        })
    }
}

impl SavedView {
    /// The accounts that the view's conditions name.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        let params = form_urlencoded::parse(self.query.as_bytes());
        let values = params.filter(|(name, _)| name == "account");
        let named = |value: &str| {
            let names = value.strip_prefix("not.").unwrap_or(value).split(',');
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        values.flat_map(|(_, value)| named(&value)).collect()
    }
}

/// The canonical query of a table's view, or what is wrong with it.
fn of_table(view: &View) -> Result<String, Vec<String>> {
    let items = view.items().into_iter().filter(|item| !item.understood);
    let mut faults: Vec<_> = items.map(|item| not_understood(&item.param)).collect();
    faults.extend(view.row.is_some().then(|| no_part("row")));
    faults.extend(view.name.is_some().then(|| no_part("view")));
    if faults.is_empty() {
        Ok(view.to_query())
    } else {
        Err(faults)
    }
}

/// The same for the timeline's.
fn of_timeline(view: &TimelineView) -> Result<String, Vec<String>> {
    let conditions = view.conditions.iter().filter(|condition| !condition.understood);
    let mut faults: Vec<_> = conditions.map(|condition| not_understood(&condition.param)).collect();
    faults.extend(view.ignored.iter().map(|param| match param.name.as_str() {
        name @ ("row" | "view") => no_part(name),
        _ => not_understood(&param.text()),
    }));
    if faults.is_empty() {
        Ok(view.to_query())
    } else {
        Err(faults)
    }
}

fn not_understood(param: &str) -> String {
    format!("{param:?} is not understood: is it spelled as docs/links.md says?")
}

fn no_part(name: &str) -> String {
    format!("`{name}` says how one reader looks at a view and is no part of it: leave it out")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(address: &str) -> Result<String, Vec<String>> {
        SavedView::at("x", address).map(|view| view.query)
    }

    #[test]
    fn a_view_tells_which_accounts_it_names() {
        let view = SavedView::at("x", "/patches?account=not.prod-cn,%E7%94%9F%E4%BA%A7&region=a").unwrap();
        assert_eq!(view.accounts().len(), 2);
        assert!(
            ["prod-cn", "生产"]
                .iter()
                .all(|id| view.accounts().contains(&(*id).to_owned()))
        );
    }

    #[test]
    fn a_view_is_kept_in_its_canonical_form() {
        let view = SavedView::at("Unpatched", "/patches?sort=-missing&missing=gt.0&account=b,a").unwrap();
        assert_eq!((view.name.as_str(), view.table.as_str()), ("Unpatched", "patches"));
        assert_eq!(view.query, "account=a,b&missing=gt.0&sort=-missing");
        assert_eq!(query("/plans").unwrap(), "");
        assert_eq!(query("/plans?").unwrap(), "");
        assert_eq!(
            query("/tickets?since=-24h&tz=%2B08:00").unwrap(),
            "tz=%2B08:00&since=-24h"
        );
    }

    #[test]
    fn everything_wrong_is_told() {
        let faults = query("/patches?missing=gt.x&colour=red&row=a&view=b&sort=size").unwrap_err();
        assert_eq!(faults.len(), 5, "{faults:?}");
        for (fault, part) in faults
            .iter()
            .zip(["missing=gt.x", "colour=red", "sort=size", "`row`", "`view`"])
        {
            assert!(fault.contains(part), "{fault}");
        }
        for (address, part) in [
            ("patches?x=y", "must begin"),
            ("https://ops.example.com/patches", "must begin"),
            ("/nothing?x=y", "/patches, "),
            ("/", "/timeline"),
            ("/patches/", "no page"),
            ("/patches#missing", "fragment"),
        ] {
            let faults = query(address).unwrap_err();
            assert!(faults.len() == 1 && faults[0].contains(part), "{address}: {faults:?}");
        }
    }

    #[test]
    fn a_view_of_the_timeline_is_kept_in_its_canonical_form() {
        let written = |address: &str| query(address).unwrap();
        assert_eq!(
            written(
                "/timeline?group=resource&phase=failed,action&missing=gt.0&tz=UTC&start=-7d..7d&account=b,a&table=patches,plans&q=x++y"
            ),
            "start=-7d..7d&account=a,b&missing=gt.0&phase=action,failed&table=plans,patches&q=x%20y&tz=UTC&group=resource"
        );
        assert_eq!(
            written("/timeline?start=-24h..&group=account&q=&account=a&account=a"),
            "account=a"
        );
        assert_eq!(
            written("/timeline?start=..now&start=gt.-1h"),
            "start=-24h..now&start=gt.-1h"
        );
        assert_eq!(written("/timeline"), "");
    }

    #[test]
    fn everything_wrong_with_a_view_of_the_timeline_is_told() {
        let address =
            "/timeline?colour=red&start=gt.x&row=a&sort=start&cluster&since=last&group=size&table=plugins&view=b";
        let faults = query(address).unwrap_err();
        let parts = [
            "cluster",
            "colour=red",
            "group=size",
            "since=last",
            "start=gt.x",
            "table=plugins",
            "`row`",
            "sort=start",
            "`view`",
        ];
        assert_eq!(faults.len(), parts.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(parts) {
            assert!(fault.contains(part), "{fault}");
        }
    }
}
