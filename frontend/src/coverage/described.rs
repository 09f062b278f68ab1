//! A source in words.

use crate::i18n::{Lang, Locale, fill, format, words};
use crate::store::{Progress, Target};

/// A target's state in words, with everything that helps to mend it.
pub fn describe(locale: Locale, target: &Target, zone: Option<&str>) -> String {
    let comma = locale.pick(&words::COMMA);
    #[expect(clippy::cast_possible_truncation, reason = "row counts of a page")]
    let count = |count: u64| format::count(locale.lang(), count as usize);
    let when = |as_of: &str| table::time::parse(as_of).map_or_else(|| as_of.to_owned(), |ms| format::exact(ms, zone));
    // Older rows that are still there, and how old they are.
    let kept = target.kept().map(|as_of| {
        let rows = fill(locale.pick(&words::ROWS_HELD), &[("n", &count(target.rows))]);
        [rows, fill(locale.pick(&words::AS_OF), &[("t", &when(as_of))])].join(comma)
    });
    match &target.progress {
        Progress::Loading if kept.is_some() => {
            [locale.pick(&words::STATE_AGAIN), &kept.unwrap_or_default()].join(comma)
        }
        Progress::Loading => {
            let total = target
                .total
                .map(|total| format!(" / {}", count(total)))
                .unwrap_or_default();
            let rows = fill(locale.pick(&words::ROWS_SO_FAR), &[("n", &count(target.rows))]);
            [locale.pick(&words::STATE_LOADING), &[rows, total].concat()].join(comma)
        }
        Progress::Done { as_of, cap, stale } => {
            let cut = catalog::source(&target.source).and_then(|source| source.cut.as_ref());
            let state = match cap {
                Some(cap) => fill(
                    locale.pick(cut.map_or(&words::STATE_CAPPED, |cut| &cut.kept)),
                    &[("n", &count(*cap))],
                ),
                None if *stale => locale.pick(&words::STATE_STALE).to_owned(),
                None => locale.pick(&words::STATE_OK).to_owned(),
            };
            let as_of = fill(locale.pick(&words::AS_OF), &[("t", &when(as_of))]);
            let rows = fill(locale.pick(&words::ROWS_TOTAL), &[("n", &count(target.rows))]);
            // A capped list has said its length.
            if cap.is_some() {
                [state, as_of].join(comma)
            } else {
                [state, rows, as_of].join(comma)
            }
        }
        Progress::Failed(failed) => {
            let status = failed.status.map(|status| format!("{status} ")).unwrap_or_default();
            let mut text = format!("{status}{}", failed.code);
            let given = |text: &&str| !text.is_empty();
            let advice = failed.advice_in(locale.lang() == Lang::Zh);
            for part in [Some(failed.message.as_str()), advice]
                .into_iter()
                .flatten()
                .filter(given)
            {
                text.push_str(" · ");
                text.push_str(part);
            }
            if let Some(id) = failed.request_id.as_deref().filter(given) {
                text.push_str(" · ");
                text.push_str(&fill(locale.pick(&words::REQUEST_ID), &[("id", id)]));
            }
            let rows = kept.or_else(|| {
                (target.rows > 0).then(|| fill(locale.pick(&words::ROWS_KEPT), &[("n", &count(target.rows))]))
            });
            if let Some(rows) = rows {
                text.push_str(" · ");
                text.push_str(&rows);
            }
            text
        }
    }
}
