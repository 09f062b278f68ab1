//! Which values of a dictionary hold a word.

use super::sought::Sought;
use super::times;
use crate::bits::Bits;
use crate::rows::{Dictionary, Texts, holds};
use values::fold;

/// The folded text forms of values, for columns whose dictionary does not have them: numbers, yes and no, lists, and texts and times among
/// which something unreadable stands.
#[derive(Default)]
pub(super) struct Lowered(Texts);

impl Lowered {
    /// Adds the values that came since the last time, if the column needs it.
    pub(super) fn extend(&mut self, dict: &Dictionary) {
        if dict.folded().is_some() || times::plain(dict).is_some() {
            return;
        }
        self.extend_always(dict);
    }

    /// Adds the values that came since the last time.
    pub(super) fn extend_always(&mut self, dict: &Dictionary) {
        let all = &mut self.0;
        // Dictionaries hold at most 2³² values, and a text form beyond 4 GiB of them is hits nowhere.
        for code in all.len()..dict.len() {
            let text = dict.text(u32::try_from(code).unwrap_or_default());
            if all.add(|all| fold::push(all, &text)).is_none() {
                break;
            }
        }
    }

    /// A column's folded texts by code.
    pub(super) fn texts<'a>(&'a self, dict: &'a Dictionary) -> &'a Texts {
        dict.folded().unwrap_or(&self.0)
    }
}

/// Adds to `hits` the values from code `from` on that hold a word. `lowered` must be up to date.
pub(super) fn find(dict: &Dictionary, lowered: &Lowered, sought: &Sought<'_>, from: usize, hits: &mut Bits) {
    if from >= dict.len() {
        return;
    }
    if let Some(instants) = times::plain(dict) {
        return times::find(dict, instants, sought, from..instants.len(), hits);
    }
    let (text, ends) = lowered.texts(dict).all();
    let start = from
        .checked_sub(1)
        .and_then(|before| ends.get(before))
        .map_or(0, |end| *end as usize + 1);
    if let [byte] = sought.word.as_bytes() {
        return find_byte(text.as_bytes(), (start, ends), *byte, from, hits);
    }
    let (mut at, mut code) = (start, from);
    while let Some(hit) = text.as_bytes().get(at..).and_then(|rest| sought.finder.find(rest)) {
        let (begin, end) = (at + hit, at + hit + sought.word.len());
        while ends.get(code).is_some_and(|end| (*end as usize) < begin) {
            code += 1;
        }
        let Some(last) = ends.get(code).map(|end| *end as usize) else {
            return;
        };
        // A word with a line feed may lie across two values, which is no hit.
        if end <= last {
            hits.add(code);
            at = last + 1;
        } else {
            at = begin + 1;
        }
    }
}

/// As [`find`] for a word of one byte. So many values hold it that to look at each costs less than to search for the next.
fn find_byte(text: &[u8], (mut start, ends): (usize, &[u32]), byte: u8, from: usize, hits: &mut Bits) {
    for (code, end) in ends.iter().enumerate().skip(from) {
        let end = *end as usize;
        hits.add_if(code, text.get(start..end).is_some_and(|text| holds(text, byte)));
        start = end + 1;
    }
}

/// Those of the values in `known` that hold a word.
pub(super) fn refind(dict: &Dictionary, lowered: &Lowered, sought: &Sought<'_>, known: &Bits) -> Bits {
    let mut hits = Bits::none(dict.len());
    if let Some(instants) = times::plain(dict) {
        times::find(dict, instants, sought, known.iter(), &mut hits);
        return hits;
    }
    // Going through all of it at once beats going to each of very many.
    if known.count() > dict.len() / 4 {
        let mut all = Bits::none(dict.len());
        find(dict, lowered, sought, 0, &mut all);
        for (hits, (all, known)) in hits.words_mut().iter_mut().zip(all.words().iter().zip(known.words())) {
            *hits = all & known;
        }
        return hits;
    }
    let texts = lowered.texts(dict);
    let holds = |code: &usize| sought.finder.find(texts.get(*code).as_bytes()).is_some();
    for code in known.iter().filter(holds) {
        hits.add(code);
    }
    hits
}
