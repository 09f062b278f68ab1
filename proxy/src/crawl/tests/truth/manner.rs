//! How a cloud may answer about its lists, and what may be wrong with that.

use proptest::prelude::*;
use proptest::sample::select;

/// What a list says about its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Total {
    Honest,
    /// What this page has.
    OfPage,
    /// What came so far.
    SoFar,
    Less,
    More,
    Says(&'static str),
    Absent,
}

/// What a list says about where it goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    Text,
    Number,
    /// The same each time: the cloud keeps the place.
    Same,
    /// The first page's again, at this page.
    Circle(usize),
    /// Something that is none, behind this page.
    Odd(usize, &'static str),
    /// Nothing, behind this page.
    Lost(usize),
}

/// What is wrong with one page of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    None,
    /// It comes empty the first time.
    EmptyOnce,
    /// It comes empty.
    Empty,
    /// It repeats so many rows of the one before.
    Overlaps(usize),
    /// So many rows of the one before stand in it, and as many fewer of its own.
    Slides(usize),
    /// It is the one before, in another order.
    Again,
    /// 500, the first time.
    Fails,
    /// A web page.
    Rubbish,
    /// It breaks off in its last row.
    Cut,
    /// It holds something that is no row as well.
    Odd(&'static str),
    /// Half a character in a text of a row, or bytes of another encoding.
    Bytes(&'static [u8]),
}

/// How a cloud answers about its lists.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub(super) total: Total,
    pub(super) token: Token,
    /// What the last page says instead of a token; none is nothing at all.
    pub(super) end: Option<&'static str>,
    /// The most items it puts on a page, whatever is asked for.
    pub(super) page: usize,
    pub(super) fault: (usize, Fault),
    /// Whether names of fields have other capitals.
    pub(super) capitals: bool,
    /// Other fields.
    pub(super) besides: &'static str,
}

fn totals() -> impl Strategy<Value = Total> {
    let words = [
        "-1",
        "2.5",
        "null",
        "\"many\"",
        "{}",
        "[1]",
        "true",
        "\"\"",
        "1e999",
        "0",
        "\"\\ud83d\"",
        "99999999999999999999",
    ];
    prop_oneof![
        3 => Just(Total::Honest),
        1 => Just(Total::OfPage),
        1 => Just(Total::SoFar),
        1 => Just(Total::Less),
        1 => Just(Total::More),
        1 => Just(Total::Absent),
        3 => select(words.to_vec()).prop_map(Total::Says),
    ]
}

fn tokens() -> impl Strategy<Value = Token> {
    prop_oneof![
        4 => Just(Token::Text),
        1 => Just(Token::Number),
        1 => Just(Token::Same),
        1 => (1..4_usize).prop_map(Token::Circle),
        1 => (0..3_usize, select(vec!["{}", "[]", "true", "\"\\ud83d\""])).prop_map(|(at, odd)| Token::Odd(at, odd)),
        1 => (0..3_usize).prop_map(Token::Lost),
    ]
}

fn faults() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => Just(Fault::None),
        1 => Just(Fault::EmptyOnce),
        1 => Just(Fault::Empty),
        1 => (1..9_usize).prop_map(Fault::Overlaps),
        1 => (1..7_usize).prop_map(Fault::Slides),
        1 => Just(Fault::Again),
        1 => Just(Fault::Fails),
        1 => Just(Fault::Rubbish),
        1 => Just(Fault::Cut),
        1 => select(vec!["null", "7", "\"x\"", "[]", "{\"a\":NaN}", "{\"a\":tru}"]).prop_map(Fault::Odd),
        1 => select(vec![&b"\\ud83d"[..], b"\xc7\xeb", b"a\nb", b"\\udc00\xff\t"]).prop_map(Fault::Bytes),
    ]
}

pub(super) fn manners() -> impl Strategy<Value = Manner> {
    let ends = vec![None, Some("null"), Some("\"\""), Some("\"-\""), Some("\"null\"")];
    let besides = vec![
        "",
        r#""RequestId":"R","code":"200","Message":"success","success":true,"#,
        r#""error_code":"COC.00000000","error_msg":"","#,
        r#""error_code":null,"Code":"","x":{"y":"\ud83d","z":1e999},"x":0,"#,
    ];
    let fault = (0..3_usize, faults());
    let pages = select(vec![7, 20, 50, 100, 150]);
    (
        totals(),
        tokens(),
        select(ends),
        pages,
        fault,
        any::<bool>(),
        select(besides),
    )
        .prop_map(|(total, token, end, page, fault, capitals, besides)| Manner {
            total,
            token,
            end,
            page,
            fault,
            capitals,
            besides,
        })
}
