//! The simulated clouds over real HTTP: signatures, parameters, paging, faults, and the fleet itself. The requests are
//! signed by code of these tests, apart from the signing crate and from the verifier.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

mod agencies;
mod alibaba;
mod client;
mod directory;
mod faults;
mod fleet;
mod huawei;
mod paging;
mod parameters;
mod roles;
mod speed;
mod sts;
