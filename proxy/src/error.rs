//! Why a target could not be asked, or not to its end.

pub use wire::{ErrorCode, TargetError};
