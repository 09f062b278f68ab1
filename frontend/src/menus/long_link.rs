//! A link that is too long for some of what it passes through: that is said, with two ways out.

use crate::address::Address;
use crate::filters::ids;
use crate::i18n::{Locale, fill, format, words};
use crate::ui::download;
use crate::url_state::{UrlForm, UrlState};
use leptos::prelude::*;
use table::view::{View, list};

/// Bytes of an address above which it may not arrive. Proxies commonly take 8 KB for a request's first line or for all its headers together, some gateways and
/// chat programs half of that and more.
const LONG: usize = 6 << 10;

/// A view whose conditions may list ids.
pub trait Listing: UrlForm {
    /// The longest list: the condition that it is, the name of a file for its values, and these.
    fn longest(&self) -> Option<(String, String, Vec<String>)>;
    /// The same view with other values in that list.
    fn relisted(&self, param: &str, values: &[String]) -> Self;
}

impl Listing for View {
    fn longest(&self) -> Option<(String, String, Vec<String>)> {
        let (param, column, values) = ids::lists(self).into_iter().max_by_key(|(param, ..)| param.len())?;
        let column = self.table.columns().nth(column).map_or("", |column| column.id);
        Some((param, [self.table.id, "-", column, ".txt"].concat(), values))
    }

    fn relisted(&self, param: &str, values: &[String]) -> Self {
        let column = param.split_once('=').and_then(|(column, _)| self.table.index(column));
        let base = self.without(param);
        match column {
            Some(column) => base.with_condition(column, &["eq.", &list(values)].concat()),
            None => base,
        }
    }
}

/// An address that is too long.
#[derive(Clone, Debug, PartialEq)]
pub struct LongLink {
    /// Its bytes.
    length: usize,
    /// What makes it long: the name of a file for it, and the ids.
    ids: Option<(String, Vec<String>)>,
    /// An address that is short enough, and how many of the ids it has.
    fewer: Option<(usize, String)>,
}

/// What is to be said of a view's address, if anything.
pub fn long(view: UrlState<impl Listing>) -> Memo<Option<LongLink>> {
    Memo::new(move |_| {
        let origin = window().location().origin().unwrap_or_default().len();
        view.with(|view| {
            let length = origin + view.to_url().len();
            let ids = view.longest().map(|(_, file, values)| (file, values));
            (length > LONG).then(|| LongLink {
                length,
                ids,
                fewer: fewer(view, LONG.saturating_sub(origin)),
            })
        })
    })
}

/// The address with only as many of the first values of the view's longest list as let it have `room` bytes, and how many these are.
fn fewer(view: &impl Listing, room: usize) -> Option<(usize, String)> {
    let (param, _, values) = view.longest()?;
    let with = |count: usize| view.relisted(&param, &values[..count]).to_url();
    let (mut fits, mut too_many) = (0, values.len() + 1);
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        if with(middle).len() <= room {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    (fits > 0).then(|| (fits, with(fits)))
}

/// The notice, for a page of another part than this one.
#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(later))]
pub fn view(long: Memo<Option<LongLink>>) -> AnyView {
    notice(long).into_any()
}

/// The notice, while the address is that long.
pub fn notice(long: Memo<Option<LongLink>>) -> impl IntoView {
    let locale = Locale::get();
    let address = Address::get();
    let count = move |phrase, count: usize| fill(locale.pick(phrase), &[("n", &format::count(locale.lang(), count))]);
    let save = move |_| {
        if let Some((file, ids)) = long.get_untracked().and_then(|long| long.ids) {
            download::text(&file, &(ids.join("\n") + "\n"));
        }
    };
    move || {
        let LongLink { length, ids, fewer } = long.get()?;
        let tenths = length * 10 / 1024;
        let kilobytes = format!("{}.{}", tenths / 10, tenths % 10);
        Some(view! {
            <p class="notice wrap" role="note" data-testid="long-link">
                {fill(locale.pick(&words::LONG_LINK), &[("n", &kilobytes)])}" "
                {ids.map(|(_, ids)| view! {
                    <button type="button" class="button small" data-way="file" on:click=save>{count(&words::LONG_LINK_FILE, ids.len())}</button>
                })}
                {fewer.map(|(fits, shorter)| view! {
                    <button type="button" class="button small" data-way="fewer" on:click=move |_| address.go(&shorter, false)>{count(&words::LONG_LINK_FEWER, fits)}</button>
                })}
            </p>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, View, fewer};

    fn view(ids: usize) -> View {
        let ids: Vec<String> = (0..ids).map(|id| format!("i-{id:04}")).collect();
        View::parse(
            catalog::table("patches").unwrap(),
            &format!("missing=gt.0&instance={}&group=a,b&q=x", ids.join(",")),
        )
    }

    #[test]
    fn as_many_ids_are_kept_as_fit() {
        let all = view(1000);
        let (count, kept) = fewer(&all, 2000).unwrap();
        assert!((1990..=2000).contains(&kept.len()), "{}", kept.len());
        let kept = View::parse(all.table, kept.split_once('?').unwrap().1);
        let values = |view: &View| view.longest().unwrap().2;
        assert_eq!(values(&kept), values(&all)[..count]);
        // The other conditions stay.
        assert_eq!(kept.items().len(), all.items().len());
        assert_eq!((&kept.q, kept.conditions.len()), (&all.q, 3));
        assert_eq!(fewer(&all, 100_000).unwrap(), (1000, all.path()));
        assert_eq!(fewer(&all, 20), None);
        assert_eq!(fewer(&view(0).cleared(), 2000), None);
    }
}
