//! Clouds whose every hint may be wrong. Whoever makes them up knows what they have: no row that came may be missing, and no walk may call itself
//! whole that is not.

use super::*;
use crate::ask::fake::Reply;
use http::Response;
use proptest::prelude::*;
use proptest::sample::select;
use table::Rows;

/// What a list says about its length.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Total {
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
enum Token {
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
enum Fault {
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
struct Manner {
    total: Total,
    token: Token,
    /// What the last page says instead of a token; none is nothing at all.
    end: Option<&'static str>,
    /// The most items it puts on a page, whatever is asked for.
    page: usize,
    fault: (usize, Fault),
    /// Whether names of fields have other capitals.
    capitals: bool,
    /// Other fields.
    besides: &'static str,
}

/// A member whose rows cannot be had.
type Broken = (usize, u16, &'static str);

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

fn manners() -> impl Strategy<Value = Manner> {
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

/// One list of a cloud: what it has, and what of it came.
struct Told {
    manner: Manner,
    /// Where the cloud keeps the place itself.
    place: usize,
    asked: Vec<usize>,
}

impl Told {
    fn new(manner: Manner) -> Self {
        Self {
            manner,
            place: 0,
            asked: Vec::new(),
        }
    }

    /// The page from `start` of `items`, as far as it is given `size`; notes what came.
    fn page(&mut self, list: &List, size: usize, start: usize, came: &mut HashSet<String>) -> Reply {
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
struct List {
    name: &'static str,
    /// Id and text.
    items: Vec<(String, String)>,
    paging: Paging,
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
fn place(token: Option<&str>) -> Option<usize> {
    match token {
        None => Some(0),
        Some("scroll") => None,
        Some(token) => Some(token.trim_start_matches('t').parse().unwrap()),
    }
}

/// A cloud, and what of it came.
struct World {
    lists: HashMap<String, (List, Told)>,
    came: HashSet<String>,
    broken: Vec<(String, u16, &'static str)>,
}

impl World {
    fn answer(&mut self, request: &Asked) -> Reply {
        let number = |name: &str| request.query(name).map(|value| value.parse::<usize>().unwrap());
        let path = request.path();
        let (key, size, start) = match request.header("x-acs-action") {
            Some("ListClusterPluginInfo") => return self.plugins(request),
            Some("DescribeClustersV1") => {
                let size = number("page_size").unwrap();
                // By the pages that the cloud really has.
                let really = size.min(self.lists["members"].1.manner.page);
                (
                    "members".to_owned(),
                    size,
                    Some((number("page_number").unwrap() - 1) * really),
                )
            }
            Some("ListOperationPlansForRegion") => ("rows".to_owned(), 100, Some(0)),
            Some(_) => (
                "rows".to_owned(),
                number("MaxResults").unwrap(),
                place(request.query("NextToken").as_deref()),
            ),
            None => match path.split('/').collect::<Vec<_>>()[..] {
                ["", "v1", "stack-sets"] => {
                    let start = place(request.query("marker").as_deref());
                    ("members".to_owned(), number("limit").unwrap(), start)
                }
                ["", "v1", "stack-sets", name, _] => {
                    if let Some(broken) = self.is_broken(&[name.to_owned()]) {
                        return broken;
                    }
                    (
                        name.to_owned(),
                        number("limit").unwrap(),
                        place(request.query("marker").as_deref()),
                    )
                }
                _ => ("rows".to_owned(), number("limit").unwrap(), number("offset")),
            },
        };
        let (list, told) = self.lists.get_mut(&key).unwrap();
        let start = start.unwrap_or(told.place);
        // Members that come are no rows.
        let mut members = HashSet::new();
        let came = if key == "members" { &mut members } else { &mut self.came };
        let answer = told.page(list, size, start, came)?;
        if answer.status().is_success() {
            told.place = start + size.min(told.manner.page);
        }
        Ok(answer)
    }

    fn is_broken(&self, members: &[String]) -> Option<Reply> {
        let (_, status, body) = self.broken.iter().find(|(name, ..)| members.contains(name))?;
        Some(error(*status, body))
    }

    fn plugins(&mut self, request: &Asked) -> Reply {
        let ids: Vec<String> = (1..).map_while(|n| request.query(&format!("ClusterIds.{n}"))).collect();
        if let Some(broken) = self.is_broken(&ids) {
            return broken;
        }
        let items: Vec<String> = ids.iter().map(|id| format!(r#"{{"ClusterId":"{id}"}}"#)).collect();
        self.came.extend(ids);
        Ok(Response::new(format!(r#"{{"Data":[{}]}}"#, items.join(",")).into()))
    }
}

/// The number of rows where there is one list; of members, and of the rows of each, where there are several.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    rows: usize,
    members: usize,
}

/// A cloud with a target on it, all ids of the target's rows, and the column that holds them.
fn world(
    source: &'static str,
    sizes: Sizes,
    manner: &Manner,
    broken: &[Broken],
) -> (World, Target, HashSet<String>, &'static str) {
    let text = |field: &str, id: &str| match field {
        "InstanceId" => format!(r#"{{"InstanceId":"{id}","BaselineId":"b","MissingCount":"1"}}"#),
        field => format!(r#"{{"{field}":"{id}","other":[1,{{"a":null}}]}}"#),
    };
    let list = |name: &'static str, field: &str, prefix: &str, count: usize, paging: Paging| List {
        name,
        items: (0..count)
            .map(|n| format!("{prefix}{n}"))
            .map(|id| (id.clone(), text(field, &id)))
            .collect(),
        paging,
    };
    // Security Center is asked at the site of the region.
    let (region, site) = if source.contains(".sas.") {
        ("cn-hangzhou", "cn-shanghai")
    } else {
        ("cn-north-4", "cn-north-4")
    };
    let target = Target {
        region: site.into(),
        ..target(source, |account| account.regions = [region].map(Into::into).into())
    };
    let call = &target.source.call;
    let (field, column) = match source {
        "alibaba.cs.operation-plans" => ("plan_id", "id"),
        "alibaba.oos.instance-patch-states" => ("InstanceId", "instance"),
        "alibaba.sas.cluster-plugins" => ("ClusterId", "cluster"),
        "huawei.coc.executions" => ("execution_id", "id"),
        _ => ("operation_id", "id"),
    };
    let mut lists = HashMap::new();
    let mut all = HashSet::new();
    if let Some(fan_out) = target.source.fan_out {
        let discovery = fan_out.discovery;
        let members = list(
            discovery.call.items,
            discovery.wanted,
            "m",
            sizes.members,
            discovery.call.paging,
        );
        for (name, _) in &members.items {
            if source.contains(".sas.") {
                all.insert(name.clone());
            } else {
                let rows = list(call.items, field, &format!("{name}-r"), sizes.rows / 20, call.paging);
                all.extend(rows.items.iter().map(|(id, _)| id.clone()));
                lists.insert(
                    name.clone(),
                    (
                        rows,
                        Told::new(Manner {
                            fault: (0, Fault::None),
                            ..manner.clone()
                        }),
                    ),
                );
            }
        }
        lists.insert("members".to_owned(), (members, Told::new(manner.clone())));
    } else {
        let rows = list(call.items, field, "r", sizes.rows, call.paging);
        all.extend(rows.items.iter().map(|(id, _)| id.clone()));
        lists.insert("rows".to_owned(), (rows, Told::new(manner.clone())));
    }
    let broken = broken
        .iter()
        .map(|(number, status, body)| (format!("m{number}"), *status, *body))
        .collect();
    let world = World {
        lists,
        came: HashSet::new(),
        broken,
    };
    (world, target, all, column)
}

/// What nobody could find out: several lies that fit together.
fn beyond_proof(manner: &Manner, paging: Paging, count: usize) -> bool {
    let (at, fault) = manner.fault;
    let hole = matches!(fault, Fault::Empty | Fault::EmptyOnce);
    match paging {
        Paging::None { .. } => hole,
        // A page that is shorter than was asked for, and nothing about where to go on; or rows in the place of others.
        Paging::Cursor { size, .. } => {
            let short = manner.page < size.1 as usize || hole;
            short && matches!(manner.token, Token::Lost(_)) || matches!(fault, Fault::Slides(_)) || hole
        }
        // A page without rows, or with those of the one before, where nothing honest says that it should have others: the first, the last, or one
        // that is shorter than was asked for.
        Paging::Offset { size, .. } | Paging::Page { size, .. } => {
            let honest = matches!(manner.total, Total::Honest | Total::More);
            let size = size.1 as usize;
            let last = (at + 1) * manner.page.min(size) >= count;
            let nothing_new =
                hole && (manner.page < size || at == 0 || last) || fault == Fault::Again && manner.page < size;
            nothing_new && !honest
        }
    }
}

async fn check(source: &'static str, sizes: Sizes, manner: Manner, broken: Vec<Broken>) -> Result<(), TestCaseError> {
    let (world, target, all, column) = world(source, sizes, &manner, &broken);
    let paging = target
        .source
        .fan_out
        .map_or(target.source.call.paging, |fan_out| fan_out.discovery.call.paging);
    let world = Arc::new(Mutex::new(world));
    let fake = {
        let world = Arc::clone(&world);
        Fake::new(move |request| world.lock().unwrap().answer(request))
    };
    let (walked, kept) = walked(&fake, &target).await;

    let mut rows = Rows::new(target.source.table);
    let number = rows.add_target("cloud", "account", "region", target.source);
    for page in kept.0.lock().unwrap().iter() {
        prop_assert!(!page.rows.contains('\n'));
        rows.ingest(number, &page.rows).unwrap();
    }
    let column = target.source.table.index(column).unwrap();
    let shown: HashSet<String> = (0..rows.len() as u32)
        .map(|row| rows.text(row, column).into_owned())
        .collect();
    let world = world.lock().unwrap();
    let lost: Vec<_> = world.came.difference(&shown).collect();
    prop_assert!(lost.is_empty(), "came and are not shown: {lost:?}, {walked:?}");
    if let Ok(Done { capped: None, .. }) = walked
        && !beyond_proof(
            &manner,
            paging,
            if target.source.fan_out.is_some() {
                sizes.members
            } else {
                sizes.rows
            },
        )
    {
        let missing: Vec<_> = all.difference(&shown).collect();
        prop_assert!(
            missing.is_empty(),
            "called whole without {missing:?}, asked {}",
            fake.requests().len()
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_row_that_came_is_missing_and_no_part_is_called_the_whole(
        source in select(catalog::SOURCES.iter().map(|source| source.id).collect::<Vec<_>>()),
        rows in prop_oneof![Just(0), Just(50), Just(100), Just(200), 0..330_usize],
        members in prop_oneof![Just(50), 0..130_usize],
        manner in manners(),
        broken in proptest::collection::vec((0..60_usize, select(vec![400, 404, 500]), select(vec!["{}", r#"{"Code":"Bad","error_code":"Bad"}"#, "<html>"])), 0..3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(check(source, Sizes { rows, members }, manner, broken))?;
    }
}
