//! Signalbox against the vendors' own SDKs: in the same environment, with the same files, both ask the same services for the same things in the
//! same order, and sign with the keys that these have given.

mod alibaba;
mod bench;
mod huawei;
