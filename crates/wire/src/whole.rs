//! Whole numbers, of which a line has few.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::fmt::Display;
use std::str::FromStr;

/// A whole number, or none where it says `null`. Not by what serde derives: it reads every number that JSON can write, with all powers of ten that
/// there are, and those are bytes of what every visit of the page loads. The text that is read must be in memory as a whole, as a line is.
pub(crate) fn whole<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    let number = Option::<&RawValue>::deserialize(deserializer)?;
    let number = number.map(|number| number.get().parse());
    number.transpose().map_err(D::Error::custom)
}
