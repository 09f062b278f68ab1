//! The timeline.

mod axis;
mod board;
mod items;
mod layout;
mod range;
