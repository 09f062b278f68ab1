//! What there is to look at: the tables of Signalbox, their columns, and the cloud list APIs that fill them.
//!
//! This crate holds facts and nothing else: no I/O, no async, no DOM. Everything that is known about one cloud API (path, version,
//! parameters, paging, item list, fields, permission, the vendor's page) stands once, in its file in [`sources`]. The proxy
//! reads it to ask, the table engine to decode, the page to show.
//!
//! To add a list API, write one file in `sources/` and name it in [`SOURCES`]. Where its rows are of a new sort, their columns are one file
//! in `tables/`, named in [`TABLES`]; several sources may fill one table, each the columns that it has.
//!
//! ```
//! let source = signalbox_catalog::source("alibaba.oos.instance-patch-states").unwrap();
//! assert_eq!(source.table.id, "patches");
//! assert_eq!(source.table.column("missing").unwrap().kind, signalbox_catalog::Kind::Number);
//! ```

pub mod api;
pub mod clouds;
pub mod column;
pub mod directory;
pub mod discovery;
pub mod endpoints;
pub mod field;
pub mod phase;
pub mod resource;
pub mod services;
pub mod sources;
pub mod tables;
pub mod values;

pub use api::{Arg, Call, Carrier, Method, Paging, Param, PathSegment, Scope};
pub use clouds::{CLOUDS, Cloud, Domains, Policy, cloud};
pub use column::{Column, Format, Kind};
pub use directory::{DIRECTORIES, Directory};
pub use discovery::{Discovery, FanOut};
pub use endpoints::{Endpoints, Site};
pub use field::{Decode, Field};
pub use phase::{Cells, Phase};
pub use resource::{Console, Reference, ResourceKind};
pub use services::{SERVICES, Service, Signing};
pub use sources::{Cut, Entry, SOURCES, Source, source};
pub use tables::{Roles, Span, TABLES, Table, table, tables};
pub use values::{Label, Value};
