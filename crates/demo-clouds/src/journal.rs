//! What was asked, for tests that must know how often.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lock::locked;

/// Calls kept; older ones are forgotten, so that a demo can run for weeks.
const KEPT: usize = 100_000;

/// One call that a simulated service got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Service that got it, for example `alibaba.oos`.
    pub service: &'static str,
    /// The account whose key signed it; none when it was refused before that was clear.
    pub account: Option<String>,
    /// The region it was for; none when it was refused before that was clear.
    pub region: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// Query as sent.
    pub query: String,
    /// The fault that struck it, for example `throttle`.
    pub fault: Option<&'static str>,
    /// HTTP status of the answer; 0 when the connection was cut or nothing was ever answered.
    pub status: u16,
}

#[derive(Default)]
pub(crate) struct Journal {
    total: AtomicU64,
    calls: Mutex<VecDeque<Call>>,
}

impl Journal {
    pub(crate) fn note(&self, call: Call) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let mut calls = locked(&self.calls);
        if calls.len() >= KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        locked(&self.calls).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        locked(&self.calls).clear();
    }
}
