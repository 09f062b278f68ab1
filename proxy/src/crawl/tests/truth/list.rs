//! One list of such a cloud.

use super::manner::{Fault, Manner, Token, Total};
use crate::ask::fake::{Reply, error};
use catalog::Paging;
use http::Response;
use std::collections::HashSet;

/// One list of a cloud: what it has, and what of it came.
pub(super) struct Told {
    pub(super) manner: Manner,
    /// Where the cloud keeps the place itself.
    pub(super) place: usize,
    asked: Vec<usize>,
}

impl Told {
    pub(super) fn new(manner: Manner) -> Self {
        Self {
            manner,
            place: 0,
            asked: Vec::new(),
        }
    }

    /// The page from `start` of `items`, as far as it is given `size`; notes what came.
    pub(super) fn page(&mut self, list: &List, size: usize, start: usize, came: &mut HashSet<String>) -> Reply {
        let manner = &self.manner;
        let paged = !matches!(list.paging, Paging::None { .. });
        let size = if paged { size.min(manner.page) } else { size };
        let number = start.div_ceil(size);
        let times = self.asked.iter().filter(|asked| **asked == start).count();
        self.asked.push(start);
        let fault = if number == manner.fault.0 {
            manner.fault.1
        } else {
            Fault::None
        };
        let (mut from, mut to) = (start.min(list.items.len()), (start + size).min(list.items.len()));
        let there = to > from;
        match fault {
            Fault::EmptyOnce if times == 0 => to = from,
            Fault::Empty => to = from,
            Fault::Overlaps(rows) => from = from.saturating_sub(if there { rows } else { 0 }),
            Fault::Slides(rows) if there && from >= rows => (from, to) = (from - rows, to - rows),
            Fault::Again if number > 0 && there => (from, to) = (start - size, start),
            Fault::Fails if times == 0 => return error(500, "{}"),
            Fault::Rubbish => return Ok(Response::new("<html>maintenance</html>".into())),
            _ => {}
        }
        let mut items: Vec<Vec<u8>> = list.items[from..to]
            .iter()
            .map(|(_, text)| text.clone().into_bytes())
            .collect();
        let mut ids: Vec<&String> = list.items[from..to].iter().map(|(id, _)| id).collect();
        match fault {
            Fault::Again => {
                items.reverse();
            }
            Fault::Odd(odd) => items.insert(items.len() / 2, odd.into()),
            Fault::Bytes(bytes) => {
                if let Some(item) = items.first_mut() {
                    let end = [b"\"odd\":\"", bytes, b"\"}"].concat();
                    item.pop();
                    item.push(b',');
                    item.extend(end);
                }
            }
            _ => {}
        }
        let mut fields = vec![format!("\"{}\":[", capital(list.name, manner.capitals)).into_bytes()];
        fields[0].extend(items.join(&b','));
        let cut = fields[0].len().saturating_sub(3);
        fields[0].push(b']');
        fields.extend(list.hint(manner, size, start, to - from).map(String::into_bytes));
        let body = [b"{", manner.besides.as_bytes(), &fields.join(&b','), b"}"].concat();
        let body = if fault == Fault::Cut && !items.is_empty() {
            ids.pop();
            body[..=manner.besides.len() + cut].to_vec()
        } else {
            body
        };
        came.extend(ids.into_iter().cloned());
        Ok(Response::new(body.into()))
    }
}

/// What a list has.
pub(super) struct List {
    pub(super) name: &'static str,
    /// Id and text.
    pub(super) items: Vec<(String, String)>,
    pub(super) paging: Paging,
}

impl List {
    /// What the page at `start` says about the rest.
    fn hint(&self, manner: &Manner, size: usize, start: usize, count: usize) -> Option<String> {
        let all = self.items.len();
        let name = |path: &[&str], value: &str| {
            let mut text = value.to_owned();
            for key in path.iter().rev() {
                text = format!("\"{}\":{text}", capital(key, manner.capitals));
                if *key != path[0] {
                    text = format!("{{{text}}}");
                }
            }
            text
        };
        match self.paging {
            Paging::None { .. } => None,
            Paging::Offset { total, .. } | Paging::Page { total, .. } => {
                let says = match manner.total {
                    Total::Honest => all.to_string(),
                    Total::OfPage => count.to_string(),
                    Total::SoFar => (start + count).to_string(),
                    Total::Less => (all / 2).to_string(),
                    Total::More => (all + 9).to_string(),
                    Total::Says(text) => text.to_owned(),
                    Total::Absent => return None,
                };
                Some(name(total, &says))
            }
            Paging::Cursor { read, .. } => {
                let number = start / size;
                let next = start + size;
                let more = next < all;
                let token = match manner.token {
                    Token::Odd(at, odd) if at == number && more => odd.to_owned(),
                    Token::Lost(at) if at == number && more => return None,
                    Token::Circle(at) if at == number && more => "\"t0\"".to_owned(),
                    _ if !more => manner.end?.to_owned(),
                    Token::Number => next.to_string(),
                    Token::Same => "\"scroll\"".to_owned(),
                    _ => format!("\"t{next}\""),
                };
                Some(name(read, &token))
            }
        }
    }
}

fn capital(name: &str, other: bool) -> String {
    match (other, name.as_bytes().first()) {
        (true, Some(b'a'..=b'z')) => name.to_ascii_uppercase(),
        (true, _) => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

/// The place of a token; none where the cloud keeps it.
pub(super) fn place(token: Option<&str>) -> Option<usize> {
    match token {
        None => Some(0),
        Some("scroll") => None,
        Some(token) => Some(token.trim_start_matches('t').parse().unwrap()),
    }
}
