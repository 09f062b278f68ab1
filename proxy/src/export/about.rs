//! What an export says about itself: the view behind it, how old it is, what it lacks.

use super::coverage::{Completeness, Covered, Gap};
use super::header;
use super::wanted::Wanted;
use super::zone::Zone;
use crate::clock::{rfc3339, utc};
use catalog::Table;
use http::header::{CACHE_CONTROL, HeaderName, LINK};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};
use table::View;

/// Its members are also those of the JSON export, but for the rows.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// The page with this view.
    pub link: String,
    /// When the oldest of the targets was read; none if there is none that was.
    pub as_of: Option<String>,
    /// The zone in which dates of the view begin.
    zone: String,
    /// Parameters that had no effect: the rows may be more than the sender of the link saw.
    pub not_understood: Vec<String>,
    /// Everything that was asked.
    pub targets: Vec<Covered>,
    /// Scheme and host of the page.
    #[serde(skip)]
    pub origin: String,
    /// When the export was asked for.
    #[serde(skip)]
    pub now: SystemTime,
    /// As `as_of`.
    #[serde(skip)]
    pub oldest: Option<SystemTime>,
}

impl About {
    /// All that is known before the rows are arranged.
    pub fn new(
        view: &View,
        wanted: &Wanted,
        zone: &Zone,
        origin: String,
        targets: Vec<Covered>,
        now: SystemTime,
    ) -> Self {
        let oldest = targets.iter().filter_map(|target| target.ended).min();
        Self {
            link: link(&origin, view),
            as_of: oldest.map(rfc3339),
            zone: zone.name.clone(),
            not_understood: not_understood(view, wanted, zone),
            targets,
            origin,
            now,
            oldest,
        }
    }

    /// The time of the request in milliseconds since the Unix epoch.
    pub fn now_millis(&self) -> i64 {
        let since = self.now.duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// How to call a file of these rows, without its ending: `patches-2026-11-24T1720Z`, by the time at which the oldest target was read, or that
    /// of the request where nothing was. One that lacks something, or is not `whole` for reasons of its own, says so: it outlives every header.
    pub fn file_name(&self, table: &Table, whole: bool) -> String {
        let time = utc(self.oldest.unwrap_or(self.now));
        let complete = whole && self.targets.iter().all(|target| target.gap().is_none());
        let mark = if complete { "" } else { "-incomplete" };
        format!("{}-{}{mark}", table.id, time.format("%Y-%m-%dT%H%MZ"))
    }

    /// The gaps in words, for formats that people read: `prod-cn/cn-beijing/… (NoPermission)`.
    pub fn gaps(&self) -> Vec<String> {
        let word = |target: &Covered| {
            Some(match target.gap()? {
                Gap::Failed(code) => format!("{} ({code})", target.id()),
                Gap::Capped(cap) => format!("{} (only {cap})", target.id()),
            })
        };
        self.targets.iter().filter_map(word).collect()
    }

    /// The same for those formats that have no place for it among their rows.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: Option<HeaderValue>| {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        };
        let link = format!("<{}>; rel=\"alternate\"; type=\"text/html\"", self.link);
        put(LINK, link.try_into().ok());
        put(AS_OF, self.as_of.as_deref().and_then(|time| time.try_into().ok()));
        put(ZONE, self.zone.as_str().try_into().ok());
        let count = |state: Completeness| self.targets.iter().filter(|target| target.state == state).count();
        let counts = [
            (Completeness::Ok, "ok"),
            (Completeness::Capped, "capped"),
            (Completeness::Failed, "failed"),
        ];
        let counts = counts.map(|(state, name)| format!("{name}={}", count(state)));
        put(TARGETS, header::list(&counts));
        let gaps: Vec<_> = self.targets.iter().filter_map(gap).collect();
        put(GAPS, header::list(&gaps));
        let params: Vec<_> = self.not_understood.iter().map(|param| header::string(param)).collect();
        put(NOT_UNDERSTOOD, header::list(&params));
        put(CACHE_CONTROL, Some(HeaderValue::from_static("no-store")));
        headers
    }
}

const AS_OF: HeaderName = HeaderName::from_static("x-signalbox-as-of");
const ZONE: HeaderName = HeaderName::from_static("x-signalbox-zone");
const TARGETS: HeaderName = HeaderName::from_static("x-signalbox-targets");
const GAPS: HeaderName = HeaderName::from_static("x-signalbox-gaps");
const NOT_UNDERSTOOD: HeaderName = HeaderName::from_static("x-signalbox-not-understood");

/// The address of the page with a view.
pub fn link(origin: &str, view: &View) -> String {
    [origin, &view.path()].concat()
}

fn gap(target: &Covered) -> Option<String> {
    let id = header::string(&target.id());
    Some(match target.gap()? {
        Gap::Failed(code) => format!("{id};state=failed;code={}", header::string(code)),
        Gap::Capped(cap) => format!("{id};state=capped;cap={cap}"),
    })
}

/// What the page strikes out, and what only the reader's browser could know: its last visit, its zone.
fn not_understood(view: &View, wanted: &Wanted, zone: &Zone) -> Vec<String> {
    let items = view.items().into_iter().filter(|item| !item.understood);
    let mut params: Vec<_> = items.map(|item| item.param).collect();
    params.extend(view.since.map(|since| format!("since={}", since.text())));
    if let Some(tz) = view.tz.as_deref().filter(|_| !zone.understood) {
        params.push(format!("tz={tz}"));
    }
    params.extend(wanted.not_understood.iter().cloned());
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::coverage::tests::gaps;

    #[test]
    fn a_file_that_lacks_something_says_so_in_its_name() {
        let table = catalog::table("patches").unwrap();
        let name = |targets: Vec<Covered>| {
            let (wanted, view, zone) = (Wanted::default(), View::new(table), Zone::of(None));
            About::new(&view, &wanted, &zone, "https://x".into(), targets, UNIX_EPOCH).file_name(table, true)
        };
        assert_eq!(name(vec![]), "patches-1970-01-01T0000Z");
        for gap in gaps() {
            assert_eq!(name(vec![gap]), "patches-1970-01-01T0000Z-incomplete");
        }
    }

    #[test]
    fn what_the_server_cannot_know_is_named() {
        let about = |query: &str| {
            let (wanted, query) = Wanted::split(query);
            let view = View::parse(catalog::table("patches").unwrap(), &query);
            let zone = Zone::of(view.tz.as_deref());
            About::new(&view, &wanted, &zone, "https://x".into(), vec![], UNIX_EPOCH)
        };
        let odd = about(
            "missing=gt.x&colour=red&since=-24h&by=region,height&tz=local&sort=size&cols=none&row=a&view=b&q=x&lang=fr",
        );
        assert_eq!(
            odd.not_understood,
            [
                "missing=gt.x",
                "colour=red",
                "by=height",
                "sort=size",
                "cols=none",
                "since=-24h",
                "tz=local",
                "lang=fr"
            ]
        );
        assert!(
            about("row=a&view=b&tz=Asia/Shanghai&end=-24h..")
                .not_understood
                .is_empty()
        );
        for plain in ["", "bom=true&lang=zh"] {
            assert_eq!(about(plain).link, "https://x/patches");
            assert!(about(plain).not_understood.is_empty());
        }
        assert_eq!(
            about("sort=-missing&missing=gt.0").link,
            "https://x/patches?missing=gt.0&sort=-missing"
        );
        let headers = odd.headers();
        assert_eq!(headers[TARGETS], "ok=0, capped=0, failed=0");
        assert_eq!(headers[ZONE], "UTC");
        assert!(!headers.contains_key(AS_OF) && !headers.contains_key(GAPS));
        let table = catalog::table("patches").unwrap();
        assert_eq!(odd.file_name(table, true), "patches-1970-01-01T0000Z");
        assert_eq!(odd.file_name(table, false), "patches-1970-01-01T0000Z-incomplete");
    }
}
