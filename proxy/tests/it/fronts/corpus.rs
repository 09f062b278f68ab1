//! Requests whose end two programs may see at different places, and others that one of them may take for something else.

use super::product::NAME;

/// Bytes of one connection.
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// How many answers Signalbox may give: two, where what is inside is a request of its own.
    pub(crate) most: usize,
}

/// What is hidden inside: somebody else's name, which no front would pass on.
pub(crate) const HIDDEN: &str = "eve@example.com";

/// The attacks whose answers may have no head.
pub(crate) const OTHER_VERSIONS: [&str; 2] = ["HTTP/0.9", "HTTP/2 at once"];

/// The attack whose body waits until it is asked for.
pub(crate) const ASKED_FOR: &str = "a body that is to be asked for";

/// Name, most answers, and what is sent: `|` ends a line, `BEGIN` is a request line with host and what the sender says of themselves (`HOST`), `INSIDE` a whole request,
/// `LENGTH` and `SIZE` how long that is, decimal and hexadecimal.
const ATTACKS: &[(&str, usize, &str)] = &[
    ("nothing odd", 1, "BEGIN|"),
    ("two in a row", 2, "BEGIN|INSIDE"),
    // Two lengths.
    (
        "length, then chunked",
        1,
        "BEGINContent-Length: 200|Transfer-Encoding: chunked||0||INSIDE",
    ),
    (
        "chunked, then length",
        1,
        "BEGINTransfer-Encoding: chunked|Content-Length: 4||SIZE|INSIDE|0||",
    ),
    (
        "length 0, then chunked",
        1,
        "BEGINContent-Length: 0|Transfer-Encoding: chunked||SIZE|INSIDE|0||",
    ),
    (
        "two lengths, the first 0",
        1,
        "BEGINContent-Length: 0|Content-Length: LENGTH||INSIDE",
    ),
    (
        "two lengths, the last 0",
        1,
        "BEGINContent-Length: LENGTH|Content-Length: 0||INSIDE",
    ),
    (
        "the same length twice",
        1,
        "BEGINContent-Length: LENGTH|Content-Length: LENGTH||INSIDE",
    ),
    ("a list of lengths", 1, "BEGINContent-Length: LENGTH, LENGTH||INSIDE"),
    ("a list of other lengths", 1, "BEGINContent-Length: 0, LENGTH||INSIDE"),
    (
        "chunked twice",
        1,
        "BEGINTransfer-Encoding: chunked|Transfer-Encoding: chunked||0||INSIDE",
    ),
    (
        "chunked and then not",
        1,
        "BEGINTransfer-Encoding: chunked|Transfer-Encoding: x||0||INSIDE",
    ),
    ("a blank before the colon", 1, "BEGINContent-Length : LENGTH||INSIDE"),
    ("a length with _", 2, "BEGINContent_Length: LENGTH||INSIDE"),
    ("chunked with _", 2, "BEGINTransfer_Encoding: chunked||0||INSIDE"),
    // Ends of lines.
    ("a line end of its own", 1, "BEGINX: a\nContent-Length: LENGTH||INSIDE"),
    ("a return alone", 1, "BEGINX: a\rContent-Length: LENGTH||INSIDE"),
    (
        "a length that is folded",
        1,
        "BEGINX: a| Content-Length: LENGTH||INSIDE",
    ),
    ("a length on the next line", 1, "BEGINContent-Length:| LENGTH||INSIDE"),
    (
        "chunked on the next line",
        1,
        "BEGINTransfer-Encoding:| chunked||0||INSIDE",
    ),
    ("a fold at once", 1, "BEGIN Content-Length: LENGTH||INSIDE"),
    (
        "a line without a colon",
        1,
        "BEGINnothing|Content-Length: LENGTH||INSIDE",
    ),
    ("a line without a name", 1, "BEGIN: x|Content-Length: LENGTH||INSIDE"),
    ("NUL in a value", 1, "BEGINX: a\0b|Content-Length: LENGTH||INSIDE"),
    ("NUL in a name", 1, "BEGINX\0: b|Content-Length: LENGTH||INSIDE"),
    (
        "lines alone everywhere",
        1,
        "GET /api/v1/session HTTP/1.1\nHost: NAME\nContent-Length: LENGTH\n\nINSIDE",
    ),
    ("lines before", 1, "||BEGIN|"),
    // Chunks.
    (
        "chunks with words",
        2,
        "BEGINTransfer-Encoding: chunked||1;a=b|x|0;c||INSIDE",
    ),
    (
        "chunks with a line in the words",
        1,
        "BEGINTransfer-Encoding: chunked||1;a\nx|SIZE|INSIDE|0||",
    ),
    (
        "chunks with a return in the words",
        1,
        "BEGINTransfer-Encoding: chunked||1;a\rb|x|0||INSIDE",
    ),
    (
        "chunks with 20 KB of words",
        1,
        "BEGINTransfer-Encoding: chunked||1;20KB|x|0||INSIDE",
    ),
    (
        "a chunk of 2^64",
        1,
        "BEGINTransfer-Encoding: chunked||10000000000000000||INSIDE",
    ),
    (
        "a chunk of 2^64 and more",
        1,
        "BEGINTransfer-Encoding: chunked||100000000000000SIZE|INSIDE|0||",
    ),
    (
        "a chunk of 2^63",
        1,
        "BEGINTransfer-Encoding: chunked||8000000000000000|INSIDE",
    ),
    (
        "a chunk of 0x…",
        1,
        "BEGINTransfer-Encoding: chunked||0xSIZE|INSIDE|0||",
    ),
    ("a chunk of -1", 1, "BEGINTransfer-Encoding: chunked||-1|INSIDE"),
    ("a chunk of +…", 1, "BEGINTransfer-Encoding: chunked||+SIZE|INSIDE|0||"),
    ("a chunk without a size", 1, "BEGINTransfer-Encoding: chunked|||INSIDE"),
    (
        "chunks that end with a line alone",
        1,
        "BEGINTransfer-Encoding: chunked||1\nx\n0\n\nINSIDE",
    ),
    (
        "a chunk that is longer than it says",
        1,
        "BEGINTransfer-Encoding: chunked||1|xyz|0||INSIDE",
    ),
    (
        "names after the chunks",
        1,
        "BEGINTransfer-Encoding: chunked||1|x|0|X-Forwarded-User: HIDDEN||",
    ),
    (
        "a length after the chunks",
        2,
        "BEGINTransfer-Encoding: chunked||1|x|0|Content-Length: LENGTH||INSIDE",
    ),
    // Names that fronts drop, or are asked to.
    (
        "another name with _",
        1,
        "BEGINX_Forwarded_User: HIDDEN|X-Forwarded_Groups: platform||",
    ),
    ("another name with .", 1, "BEGINX.Forwarded.User: HIDDEN||"),
    ("a name with a blank", 1, "BEGINX-Forwarded-User : HIDDEN||"),
    (
        "a name to be dropped",
        1,
        "BEGINConnection: keep-alive, X-Forwarded-User, Cookie||",
    ),
    (
        "HTTP/2 asked for",
        2,
        "BEGINConnection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA||INSIDE",
    ),
    (ASKED_FOR, 1, "BEGINExpect: 100-continue|Content-Length: LENGTH||INSIDE"),
    // Hosts, addresses, methods, versions.
    ("a second host", 1, "BEGINHost: evil.example||"),
    ("no host", 1, "GET /api/v1/session HTTP/1.1||"),
    (
        "a host with an address in it",
        1,
        "GET /api/v1/session HTTP/1.1|Host: NAME/evil||",
    ),
    (
        "an address of somebody else",
        1,
        "GET http://evil.example/api/v1/session HTTP/1.1|HOST|",
    ),
    (
        "an address of ours",
        1,
        "GET https://NAME/api/v1/session HTTP/1.1|HOST|",
    ),
    (
        "a blank in the address",
        1,
        "GET /api/v1/session?a b HTTP/1.1|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (
        "a line in the address",
        1,
        "GET /api/v1/session%0d%0aX-Forwarded-User:%20HIDDEN HTTP/1.1|HOST|",
    ),
    (
        "two blanks",
        1,
        "GET  /api/v1/session  HTTP/1.1|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (
        "a tab",
        1,
        "GET\t/api/v1/session\tHTTP/1.1|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (
        "a method of one's own",
        1,
        "G\u{1}T /api/v1/session HTTP/1.1|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (
        "a head with a body",
        1,
        "HEAD /api/v1/session HTTP/1.1|HOSTContent-Length: LENGTH|Connection: close||INSIDE",
    ),
    (
        "a body for a page",
        1,
        "POST /plans HTTP/1.1|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (
        "a body too long",
        1,
        "POST /auth/logout HTTP/1.1|HOSTContent-Length: 100000000||INSIDE",
    ),
    (
        "chunks in HTTP/1.0",
        1,
        "GET /api/v1/session HTTP/1.0|HOSTTransfer-Encoding: chunked||0||INSIDE",
    ),
    (
        "HTTP/1.0 that stays",
        1,
        "GET /api/v1/session HTTP/1.0|HOSTConnection: keep-alive|Content-Length: LENGTH||INSIDE",
    ),
    (
        "HTTP/1.2",
        1,
        "GET /api/v1/session HTTP/1.2|HOSTContent-Length: LENGTH||INSIDE",
    ),
    (OTHER_VERSIONS[0], 1, "GET /api/v1/session|INSIDE"),
    (OTHER_VERSIONS[1], 1, "PRI * HTTP/2.0||SM||INSIDE"),
];

/// Values and names that one program may take for `chunked` or a length, and another not.
const CODINGS: [&str; 12] = [
    "xchunked",
    "chunked, identity",
    "identity",
    "gzip, chunked",
    "chunked, chunked",
    "\"chunked\"",
    "chunked;x",
    "chunked\u{b}",
    "\u{b}chunked",
    "chunked\0",
    ",chunked,",
    "CHUNKED\t",
];
const NAMES: [&str; 5] = [
    "Transfer-Encoding ",
    " Transfer-Encoding",
    "Transfer-Encoding\t",
    "Transfer Encoding",
    "Transfer-Encoding\u{b}",
];
const LENGTHS: [&str; 14] = [
    "+1",
    "-1",
    "0x1",
    "1 1",
    "1e1",
    "1.0",
    "",
    "١",
    "1;",
    "0,1",
    "\u{b}1",
    "18446744073709551616",
    "18446744073709551736",
    "184467440737095516160",
];

/// All of them, from somebody who says with `own` who they are (lines of a head, or nothing).
pub(crate) fn attacks(own: &str) -> Vec<Attack> {
    let host = format!("Host: {NAME}\r\n{own}");
    let request = |host: &str| format!("GET /api/v1/session HTTP/1.1\r\n{host}");
    let inside = request(&format!(
        "Host: {NAME}\r\nX-Forwarded-User: {HIDDEN}\r\nX-Forwarded-Groups: platform\r\n\r\n"
    ));
    let attack = |name: String, most: usize, sent: &str| {
        let sent = sent
            .replace('|', "\r\n")
            .replace("20KB", &"a".repeat(20_000))
            .replace("LENGTH", &inside.len().to_string())
            .replace("SIZE", &format!("{:x}", inside.len()))
            .replace("HIDDEN", HIDDEN)
            .replace("NAME", NAME)
            .replace("BEGIN", &request(&host))
            .replace("HOST", &host)
            .replace("INSIDE", &inside);
        Attack {
            name,
            bytes: sent.into_bytes(),
            most,
        }
    };
    let given = ATTACKS
        .iter()
        .map(|(name, most, sent)| attack((*name).to_owned(), *most, sent));
    let codings = CODINGS.iter().flat_map(|coding| {
        let line = format!("BEGINTransfer-Encoding: {coding}|");
        // Blanks around it and capitals are nothing odd.
        let usual = coding.trim_matches([' ', '\t']).eq_ignore_ascii_case("chunked");
        let most = if usual { 2 } else { 1 };
        [
            attack(
                format!("the coding {coding:?} and a length"),
                1,
                &format!("{line}Content-Length: LENGTH||INSIDE"),
            ),
            attack(format!("the coding {coding:?}"), most, &format!("{line}|0||INSIDE")),
        ]
    });
    let names = NAMES.iter().map(|name| {
        let sent = format!("BEGINContent-Length: LENGTH|{name}: chunked||0||INSIDE");
        attack(format!("the coding as {name:?}"), 1, &sent)
    });
    let lengths = LENGTHS.iter().map(|length| {
        attack(
            format!("the length {length:?}"),
            1,
            &format!("BEGINContent-Length: {length}||INSIDE"),
        )
    });
    given.chain(codings).chain(names).chain(lengths).collect()
}
