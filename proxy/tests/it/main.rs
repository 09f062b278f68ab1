//! The proxy over real sockets, in front of the simulated clouds.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; a failure is the test's"
)]

mod account_sets;
mod alibaba_keys;
mod audit;
mod binary;
mod cache;
mod calendar;
mod core_dump;
mod draining;
mod export;
mod export_faults;
mod fault_matrix;
mod faults;
mod feeds;
mod forge;
mod fronts;
mod header_mode;
mod http;
mod huawei_keys;
mod jwt_mode;
mod oidc;
mod openapi;
mod proxy;
mod reload;
mod replicas;
mod rows;
mod second_vendor;
mod seeds;
mod serving;
mod telemetry;
mod tls;
mod tokens;
mod told;
mod traces;
mod views;
