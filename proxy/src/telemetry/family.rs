//! Families of metrics: those of one name, told apart by labels of which each has as many as its type says.

use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

/// Counters with so many labels.
#[derive(Clone, Debug)]
pub struct Counters<const N: usize>(IntCounterVec);

/// Gauges with so many labels.
#[derive(Clone, Debug)]
pub struct Gauges<const N: usize>(IntGaugeVec);

/// Histograms with so many labels.
#[derive(Clone, Debug)]
pub struct Histograms<const N: usize>(HistogramVec);

impl<const N: usize> Counters<N> {
    /// The one with these labels, which is there from now on.
    pub fn of(&self, labels: [&str; N]) -> IntCounter {
        self.0.with_label_values(&labels)
    }
}

impl<const N: usize> Gauges<N> {
    /// The one with these labels, which is there from now on.
    pub fn of(&self, labels: [&str; N]) -> IntGauge {
        self.0.with_label_values(&labels)
    }

    /// Forgets the one with these labels, if there is one.
    pub fn forget(&self, labels: [&str; N]) {
        _ = self.0.remove_label_values(&labels);
    }
}

impl<const N: usize> Histograms<N> {
    /// The one with these labels, which is there from now on.
    pub fn of(&self, labels: [&str; N]) -> Histogram {
        self.0.with_label_values(&labels)
    }
}

/// Makes families and remembers them.
#[derive(Debug)]
pub(super) struct Families {
    registry: Registry,
    described: Vec<(&'static str, &'static str)>,
}

#[expect(
    clippy::expect_used,
    reason = "names and labels are constants of this program, and a test makes all of them"
)]
impl Families {
    pub(super) fn new(registry: Registry) -> Self {
        Self {
            registry,
            described: Vec::new(),
        }
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(super) fn described(&self) -> &[(&'static str, &'static str)] {
        &self.described
    }

    fn add<T: Collector + Clone + 'static>(
        &mut self,
        name: &'static str,
        help: &'static str,
        made: prometheus::Result<T>,
    ) -> T {
        let made = made.expect("a name and labels that Prometheus takes");
        let registered = self.registry.register(Box::new(made.clone()));
        registered.expect("a name that is there once");
        self.described.push((name, help));
        made
    }

    pub(super) fn counter(&mut self, name: &'static str, help: &'static str) -> IntCounter {
        self.add(name, help, IntCounter::new(name, help))
    }

    pub(super) fn gauge(&mut self, name: &'static str, help: &'static str) -> IntGauge {
        self.add(name, help, IntGauge::new(name, help))
    }

    pub(super) fn counters<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: [&str; N],
    ) -> Counters<N> {
        Counters(self.add(name, help, IntCounterVec::new(Opts::new(name, help), &labels)))
    }

    pub(super) fn gauges<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: [&str; N],
    ) -> Gauges<N> {
        Gauges(self.add(name, help, IntGaugeVec::new(Opts::new(name, help), &labels)))
    }

    pub(super) fn histograms<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: [&str; N],
        buckets: &[f64],
    ) -> Histograms<N> {
        let options = HistogramOpts::new(name, help).buckets(buckets.to_vec());
        Histograms(self.add(name, help, HistogramVec::new(options, &labels)))
    }
}
