//! What the program counts of itself, for Prometheus, and its [`traces`].
//!
//! Counts are of the process, so there is one set of them, [`metrics`]. Labels hold words of the catalogue, of the configuration or of this program alone, never one
//! that a request or a cloud brings: how many series there can be is known when the program starts.

mod family;
pub mod traces;

pub use family::{Counters, Gauges, Histograms};

use family::Families;
use prometheus::{IntCounter, IntGauge, Registry, TextEncoder};
use std::sync::LazyLock;

/// Seconds that an answer to a browser or of a cloud takes.
const ANSWER: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0,
];
/// Seconds that a request waits for its turn, or a walk takes.
const LONG: &[f64] = &[0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0];

/// Seconds that the store takes to answer.
const STORE: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];

/// All that is counted.
#[derive(Debug)]
pub struct Metrics {
    families: Families,
    /// Answers to browsers and programs, when their last byte has gone: by route and the first digit of the status.
    pub http_requests: Counters<2>,
    /// How long they took, to the last byte: by route.
    pub http_seconds: Histograms<1>,
    /// Answers that are under way.
    pub http_running: IntGauge,
    /// Requests that were not let in: by why.
    pub refused: Counters<1>,
    /// People who came back from the identity provider: by what came of it.
    pub sign_ins: Counters<1>,
    /// Feeds that were made, read, revoked and refused.
    pub feeds: Counters<1>,
    /// Attempts of requests to the clouds: by service and what came of them.
    pub cloud_requests: Counters<2>,
    /// How long attempts took: by service.
    pub cloud_seconds: Histograms<1>,
    /// Attempts that were made again: by service and why.
    pub cloud_retries: Counters<2>,
    /// How long requests waited for their turn: by which limit.
    pub limit_seconds: Histograms<1>,
    /// What was turned away at a limit: by which.
    pub limit_refusals: Counters<1>,
    /// Targets that came to an end: by source and what end.
    pub walks: Counters<2>,
    /// How long targets were walked: by source.
    pub walk_seconds: Histograms<1>,
    /// Targets that are being walked.
    pub walks_running: IntGauge,
    /// Pages of rows that came from the clouds: by source.
    pub pages: Counters<1>,
    /// Rows that came from the clouds: by source.
    pub rows: Counters<1>,
    /// Targets that are not asked for a while, since they fail.
    pub breakers_open: IntGauge,
    /// Targets that were answered: by what the cache had.
    pub cache_answers: Counters<1>,
    /// What the cache holds, in bytes.
    pub cache_bytes: IntGauge,
    /// What the cache had to let go, in entries.
    pub cache_evictions: IntCounter,
    /// Attempts to get keys of an account: by account and what came of it.
    pub credentials_renewals: Counters<2>,
    /// When the keys of an account were issued: by account.
    pub credentials_issued: Gauges<1>,
    /// When the keys of an account end: by account.
    pub credentials_expiry: Gauges<1>,
    /// Attempts to list the members of an account set: by set and what came of it.
    pub account_set_refreshes: Counters<2>,
    /// The members of an account set that are known: by set.
    pub account_set_members: Gauges<1>,
    /// When all members of an account set were listed last: by set.
    pub account_set_whole: Gauges<1>,
    /// Attempts to read the configuration anew: by what came of it.
    pub reloads: Counters<1>,
    /// Whether the last attempt went well.
    pub reload_successful: IntGauge,
    /// When the configuration that holds was read.
    pub reload_time: IntGauge,
    /// When the listener's certificate ends; nothing without one.
    pub certificate_expiry: Gauges<0>,
    /// Events of the audit: by what became of them.
    pub audit_events: Counters<1>,
    /// Whether the store that replicas share answers; nothing without one.
    pub store_up: Gauges<0>,
    /// How long it took to answer: by what for.
    pub store_seconds: Histograms<1>,
    /// What was decided by what this process knows alone, although there is a store: by what for.
    pub store_fallbacks: Counters<1>,
    /// Lists that were shared by the store, or not: by how.
    pub store_lists: Counters<1>,
}

/// Those of this process.
pub fn metrics() -> &'static Metrics {
    static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);
    &METRICS
}

impl Metrics {
    /// All at nought.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a list")]
    pub fn new() -> Self {
        let mut families = Families::new(Registry::new());
        let all = &mut families;
        let build = all.gauges("signalbox_build_info", "The version that runs", ["version"]);
        build.of([env!("CARGO_PKG_VERSION")]).set(1);
        let metrics = Self {
            http_requests: all.counters(
                "signalbox_http_requests_total",
                "Answers to browsers and programs whose last byte has gone, or whose reader has",
                ["route", "status"],
            ),
            http_seconds: all.histograms(
                "signalbox_http_request_duration_seconds",
                "Time from a request to the last byte of its answer",
                ["route"],
                ANSWER,
            ),
            http_running: all.gauge("signalbox_http_requests_in_flight", "Answers that are under way"),
            refused: all.counters(
                "signalbox_refused_requests_total",
                "Requests that were not let in, or not to what they asked for",
                ["reason"],
            ),
            sign_ins: all.counters(
                "signalbox_sign_ins_total",
                "People who came back from the identity provider",
                ["outcome"],
            ),
            feeds: all.counters("signalbox_feed_events_total", "What happened to feeds", ["event"]),
            cloud_requests: all.counters(
                "signalbox_cloud_requests_total",
                "Attempts of requests to the clouds",
                ["service", "outcome"],
            ),
            cloud_seconds: all.histograms(
                "signalbox_cloud_request_duration_seconds",
                "Time that an attempt of a request to a cloud took",
                ["service"],
                ANSWER,
            ),
            cloud_retries: all.counters(
                "signalbox_cloud_retries_total",
                "Requests to the clouds that were sent again",
                ["service", "reason"],
            ),
            limit_seconds: all.histograms(
                "signalbox_limit_wait_seconds",
                "Time that requests to the clouds waited at a limit",
                ["limit"],
                LONG,
            ),
            limit_refusals: all.counters(
                "signalbox_limit_refusals_total",
                "What was turned away at a limit",
                ["limit"],
            ),
            walks: all.counters(
                "signalbox_walks_total",
                "Targets that came to an end",
                ["source", "outcome"],
            ),
            walk_seconds: all.histograms(
                "signalbox_walk_duration_seconds",
                "Time that a target was walked",
                ["source"],
                LONG,
            ),
            walks_running: all.gauge("signalbox_walks_in_flight", "Targets that are being walked"),
            pages: all.counters(
                "signalbox_walk_pages_total",
                "Pages of rows that came from the clouds",
                ["source"],
            ),
            rows: all.counters(
                "signalbox_walk_rows_total",
                "Rows that came from the clouds",
                ["source"],
            ),
            breakers_open: all.gauge(
                "signalbox_breakers_open",
                "Targets that are not asked for a while, since they fail",
            ),
            cache_answers: all.counters(
                "signalbox_cache_answers_total",
                "Targets that were answered, by what the cache had",
                ["result"],
            ),
            cache_bytes: all.gauge("signalbox_cache_bytes", "What the cache holds"),
            cache_evictions: all.counter(
                "signalbox_cache_evictions_total",
                "Entries that the cache let go for want of room",
            ),
            credentials_renewals: all.counters(
                "signalbox_credentials_renewals_total",
                "Attempts to get the keys of an account",
                ["account", "outcome"],
            ),
            credentials_issued: all.gauges(
                "signalbox_credentials_issued_timestamp_seconds",
                "When the keys of an account were issued",
                ["account"],
            ),
            credentials_expiry: all.gauges(
                "signalbox_credentials_expiry_timestamp_seconds",
                "When the keys of an account end",
                ["account"],
            ),
            account_set_refreshes: all.counters(
                "signalbox_account_set_refreshes_total",
                "Attempts to list the members of an account set",
                ["set", "outcome"],
            ),
            account_set_members: all.gauges(
                "signalbox_account_set_members",
                "Members of an account set that are known",
                ["set"],
            ),
            account_set_whole: all.gauges(
                "signalbox_account_set_listed_timestamp_seconds",
                "When all members of an account set were listed last",
                ["set"],
            ),
            reloads: all.counters(
                "signalbox_config_reloads_total",
                "Attempts to read the configuration anew",
                ["outcome"],
            ),
            reload_successful: all.gauge(
                "signalbox_config_last_reload_successful",
                "Whether the last attempt to read the configuration went well",
            ),
            reload_time: all.gauge(
                "signalbox_config_last_reload_success_timestamp_seconds",
                "When the configuration that holds was read",
            ),
            certificate_expiry: all.gauges(
                "signalbox_certificate_expiry_timestamp_seconds",
                "When the certificate of the listener ends",
                [],
            ),
            audit_events: all.counters("signalbox_audit_events_total", "Events of the audit", ["outcome"]),
            store_up: all.gauges(
                "signalbox_store_up",
                "Whether the store that replicas share answers",
                [],
            ),
            store_seconds: all.histograms(
                "signalbox_store_request_duration_seconds",
                "Time that the store took to answer",
                ["use"],
                STORE,
            ),
            store_fallbacks: all.counters(
                "signalbox_store_fallbacks_total",
                "What this replica decided by what it knows alone, because the store did not answer",
                ["use"],
            ),
            store_lists: all.counters(
                "signalbox_store_lists_total",
                "Walks of lists that replicas share, by how this one came by them",
                ["how"],
            ),
            families,
        };
        metrics.begin();
        metrics
    }

    /// Those whose labels are known begin at nought, so that the first of a kind is seen as an increase.
    fn begin(&self) {
        for source in catalog::SOURCES {
            let service = source.call.service.id;
            for outcome in ["ok", "throttled", "refused", "failed"] {
                self.cloud_requests.of([service, outcome]);
            }
            for reason in ["throttled", "failed"] {
                self.cloud_retries.of([service, reason]);
            }
            self.cloud_seconds.of([service]);
            let source = source.id;
            for outcome in ["done", "capped", "failed", "held_back", "cancelled"] {
                self.walks.of([source, outcome]);
            }
            self.walk_seconds.of([source]);
            self.pages.of([source]);
            self.rows.of([source]);
        }
        for (counters, words) in [
            (
                &self.refused,
                &["anonymous", "unproven", "forged", "unavailable", "denied", "draining"][..],
            ),
            (&self.sign_ins, &["signed_in", "renewed", "declined", "failed"]),
            (&self.feeds, &["made", "read", "revoked", "refused"]),
            (&self.limit_refusals, &["readings", "export_memory"]),
            (&self.cache_answers, &["miss", "joined", "fresh", "stale"]),
            (&self.reloads, &["ok", "failed"]),
            (&self.audit_events, &["written", "lost"]),
            (&self.store_fallbacks, &["revocations", "lists", "limits", "feeds"]),
            (&self.store_lists, &["kept", "followed", "led", "taken_over", "alone"]),
        ] {
            for word in words {
                counters.of([word]);
            }
        }
        for purpose in ["revocations", "lists", "limits", "feeds"] {
            self.store_seconds.of([purpose]);
        }
        for limit in ["turn", "pace", "concurrency"] {
            self.limit_seconds.of([limit]);
        }
    }

    /// All there is, in the text format of Prometheus.
    ///
    /// # Errors
    /// A name or label that Prometheus would not take: a fault of this program.
    pub fn text(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.families.registry().gather())
    }

    /// The name of each, and what it tells.
    #[must_use]
    pub fn described(&self) -> &[(&'static str, &'static str)] {
        self.families.described()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there_from_the_beginning_but_those_of_accounts() {
        let metrics = Metrics::new();
        let text = metrics.text().unwrap();
        for (name, _) in metrics.described() {
            let there = text.contains(&format!("# TYPE {name} "));
            assert_eq!(
                there,
                !name.contains("credentials")
                    && !name.contains("account_set")
                    && !name.contains("certificate")
                    && name != &"signalbox_store_up"
                    && !name.contains("http_request")
                    || name.ends_with("in_flight"),
                "{name}"
            );
        }
        assert!(text.contains(concat!(
            "signalbox_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\"} 1"
        )));
    }

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::new();
        metrics.reloads.of(["failed"]).inc();
        metrics.http_seconds.of(["/api/v1/rows/{table}"]).observe(0.3);
        let text = metrics.text().unwrap();
        for line in [
            "signalbox_config_reloads_total{outcome=\"failed\"} 1",
            "signalbox_config_reloads_total{outcome=\"ok\"} 0",
            "signalbox_http_request_duration_seconds_bucket{route=\"/api/v1/rows/{table}\",le=\"0.5\"} 1",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}
