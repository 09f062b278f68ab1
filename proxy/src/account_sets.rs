//! Many accounts at once: a set is what a vendor's directory lists, entered by a role or an agency of each member.
//!
//! A set is one `[[account]]` of the configuration, with the keys by which the directory is asked. Its members come and go while the program runs: the
//! directory is asked by the set itself, for everybody, and never because somebody reads. Until it has told its members, and when it has not
//! for long, an account that stands for them fails in their place: what is not known is never missing in silence.

mod discover;
mod follow;
mod listing;
mod member;
mod named;
mod set;
mod state;

pub use discover::{Choice, Discover};
pub use follow::{follow, forget};
pub use member::Member;
pub use named::NamedBy;
pub use set::{AccountSet, Of};
