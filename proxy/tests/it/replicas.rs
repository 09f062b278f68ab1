//! Three processes of the program with a real Redis between them, behind nginx that lets them take turns.

mod away;
mod limits;
mod place;
mod revoked;
mod store;
mod walks;
