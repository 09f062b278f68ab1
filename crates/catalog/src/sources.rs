//! The list APIs, one file each.

pub mod alibaba_cs_operation_plans;
pub mod alibaba_oos_instance_patch_states;
pub mod alibaba_sas_cluster_plugins;
pub mod huawei_coc_executions;
pub mod huawei_rfs_stack_set_operations;

use crate::api::{Call, Scope};
use crate::clouds::Cloud;
use crate::discovery::FanOut;
use crate::field::Field;
use crate::phase::{Cells, Phase};
use crate::resource::Console;
use crate::tables::Table;
use crate::values::Label;

/// A list API that fills a table.
#[derive(Debug)]
pub struct Source {
    /// `cloud.service.what`, as in coverage and `data-target`.
    pub id: &'static str,
    /// The table that it fills.
    pub table: &'static Table,
    /// Region by region, or once for the account.
    pub scope: Scope,
    /// Whose API it is.
    cloud: Cloud,
    /// Whether its list moves on under its reader: [`Paging::moves`](crate::Paging::moves).
    pub moves: bool,
    /// The vendor's page of the operation.
    pub doc: &'static str,
    /// How it is asked.
    #[cfg(feature = "asking")]
    pub call: Call,
    /// How a target becomes several lists; `None` where it is one.
    #[cfg(feature = "asking")]
    pub fan_out: Option<FanOut>,
    /// A field of each item whose objects are the rows; the item's other fields belong to each of them. An item without any is one row.
    pub explode: Option<&'static str>,
    /// Where the table's own columns stand in a row. Columns that are not named here are empty in this source's rows.
    pub fields: &'static [Field],
    /// What a row means; `None` where a value that decides it is not there, or cannot be read. Nobody takes that for good.
    pub phase: fn(&dyn Cells) -> Option<Phase>,
    /// Where the cloud's own console shows what the rows are about.
    pub consoles: &'static [Console],
    /// What of the list there is, where the cloud cuts it and says so nowhere.
    pub cut: Option<Cut>,
}

/// What is written down of a list API. A [`Source`] has all of it only with the feature `asking`: every visit of the page would load how it is asked, and
/// the page never asks.
#[derive(Debug)]
pub struct Entry {
    /// [`Source::id`].
    pub id: &'static str,
    /// [`Source::table`].
    pub table: &'static Table,
    /// [`Source::scope`].
    pub scope: Scope,
    /// How it is asked.
    pub call: Call,
    /// How a target becomes several lists; `None` where it is one.
    pub fan_out: Option<FanOut>,
    /// [`Source::explode`].
    pub explode: Option<&'static str>,
    /// [`Source::fields`].
    pub fields: &'static [Field],
    /// [`Source::phase`].
    pub phase: fn(&dyn Cells) -> Option<Phase>,
    /// [`Source::consoles`].
    pub consoles: &'static [Console],
    /// [`Source::cut`].
    pub cut: Option<Cut>,
}

/// What is known of a list that its cloud cuts.
#[derive(Debug)]
pub struct Cut {
    /// Which rows come: `the newest {n} by creation`.
    pub kept: Label,
    /// Where the others are, as the words of a link.
    pub rest: Label,
    /// The address of that link.
    pub address: &'static str,
}

/// Every source. A new list API is one file in this folder and one line here.
pub const SOURCES: &[&Source] = &[
    &alibaba_cs_operation_plans::SOURCE,
    &huawei_coc_executions::SOURCE,
    &alibaba_oos_instance_patch_states::SOURCE,
    &alibaba_sas_cluster_plugins::SOURCE,
    &huawei_rfs_stack_set_operations::SOURCE,
];

impl Source {
    /// The source of which this is written down.
    pub const fn of(entry: Entry) -> Self {
        Self {
            id: entry.id,
            table: entry.table,
            scope: entry.scope,
            cloud: entry.call.service.cloud,
            moves: entry.call.paging.moves(),
            doc: entry.call.doc,
            #[cfg(feature = "asking")]
            call: entry.call,
            #[cfg(feature = "asking")]
            fan_out: entry.fan_out,
            explode: entry.explode,
            fields: entry.fields,
            phase: entry.phase,
            consoles: entry.consoles,
            cut: entry.cut,
        }
    }

    /// Whose API it is.
    pub const fn cloud(&self) -> Cloud {
        self.cloud
    }
}

impl Table {
    /// The sources that fill the table.
    pub fn sources(&self) -> impl Iterator<Item = &'static Source> + use<> {
        let id = self.id;
        SOURCES.iter().copied().filter(move |source| source.table.id == id)
    }
}

/// The source with an id.
pub fn source(id: &str) -> Option<&'static Source> {
    SOURCES.iter().copied().find(|source| source.id == id)
}
