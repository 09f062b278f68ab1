//! List APIs that find what another one must be asked about.

pub mod alibaba_cs_clusters;
pub mod huawei_rfs_stack_sets;

use crate::api::Call;

/// A list API whose items are only looked at for one field.
#[derive(Debug)]
pub struct Discovery {
    /// The call, asked once per region of the target.
    pub call: Call,
    /// The items' field that is wanted.
    pub wanted: &'static str,
}
