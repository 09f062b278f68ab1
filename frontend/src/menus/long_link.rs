//! A link that is too long for some of what it passes through: that is said, with two ways out.

use super::link;
use crate::filters::ids;
use crate::i18n::{Locale, fill, format, words};
use crate::screen::Screen;
use crate::ui::download;
use leptos::prelude::*;
use table::view::{View, list};

/// Bytes of an address above which it may not arrive. Proxies commonly take 8 KB for a request's first line or for all its headers together, some gateways and
/// chat programs half of that and more.
const LONG: usize = 6 << 10;

/// The longest list of a view: the condition that it is, its column, and its values.
fn longest(view: &View) -> Option<(String, usize, Vec<String>)> {
    ids::lists(view).into_iter().max_by_key(|(param, ..)| param.len())
}

/// The view with only as many of the first values of its longest list as let its path have `room` bytes, and how many these are.
fn fewer(view: &View, room: usize) -> Option<(View, usize)> {
    let (param, column, values) = longest(view)?;
    let base = view.without(&param);
    let with = |count: usize| base.with_condition(column, &["eq.", &list(&values[..count])].concat());
    let (mut fits, mut too_many) = (0, values.len() + 1);
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        if with(middle).path().len() <= room {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    (fits > 0).then(|| (with(fits), fits))
}

/// The notice, while the address is that long.
pub fn notice(screen: Screen) -> impl IntoView {
    let locale = Locale::get();
    let length = Memo::new(move |_| {
        let length = screen.view.with(|view| link::address(view).len());
        (length > LONG).then_some(length)
    });
    let count = move |count: usize| format::count(locale.lang(), count);
    let save = move |_| {
        if let Some((_, column, values)) = screen.view.with_untracked(longest) {
            let column = screen.table.columns().nth(column).map_or("", |column| column.id);
            download::text(
                &[screen.table.id, "-", column, ".txt"].concat(),
                &(values.join("\n") + "\n"),
            );
        }
    };
    move || {
        let length = length.get()?;
        let shorter = screen.view.with(|view| {
            let origin = length - view.path().len();
            let all = longest(view)?.2.len();
            Some((all, fewer(view, LONG.saturating_sub(origin))))
        });
        let ways = shorter.map(|(all, fewer)| {
            let save_words = fill(locale.pick(&words::LONG_LINK_FILE), &[("n", &count(all))]);
            view! {
                <button type="button" class="button small" data-way="file" on:click=save>{save_words}</button>
                {fewer.map(|(fewer, fits)| {
                    let words = fill(locale.pick(&words::LONG_LINK_FEWER), &[("n", &count(fits))]);
                    view! { <button type="button" class="button small" data-way="fewer" on:click=move |_| screen.view.step(|_| fewer.clone())>{words}</button> }
                })}
            }
        });
        let tenths = length * 10 / 1024;
        let kilobytes = format!("{}.{}", tenths / 10, tenths % 10);
        Some(view! {
            <p class="notice wrap" role="note" data-testid="long-link">
                {fill(locale.pick(&words::LONG_LINK), &[("n", &kilobytes)])}" "{ways}
            </p>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{View, fewer, longest};

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
        let (kept, count) = fewer(&all, 2000).unwrap();
        let length = kept.path().len();
        assert!((1990..=2000).contains(&length), "{length}");
        assert_eq!(longest(&kept).unwrap().2, longest(&all).unwrap().2[..count]);
        // The other conditions stay.
        assert_eq!(kept.items().len(), all.items().len());
        assert_eq!((&kept.q, kept.conditions.len()), (&all.q, 3));
        let (same, count) = fewer(&all, 100_000).unwrap();
        assert_eq!((same, count), (all.clone(), 1000));
        assert_eq!(fewer(&all, 20), None);
        assert_eq!(fewer(&view(0).cleared(), 2000), None);
    }
}
