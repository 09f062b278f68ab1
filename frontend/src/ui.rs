//! Small parts that know nothing of clouds or tables.

pub mod announce;
pub mod clipboard;
pub mod clock;
pub mod composing;
pub mod dialog;
pub mod download;
pub mod effect;
pub mod focus;
pub mod icon;
pub mod json;
pub mod keys;
pub mod popover;
pub mod scoped_signal;
pub mod spoken;
pub mod storage;
pub mod theme;
pub mod timer;
pub mod versioned;
pub mod work;
