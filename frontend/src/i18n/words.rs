//! Every word that the page shows to people, by subject. `{n}` and the like are filled in by [`fill`].

mod changes;
mod commands;
mod conditions;
mod coverage;
mod feeds;
mod frame;
mod links;
mod matters;
mod notices;
mod overview;
mod resource;
mod saved_views;
mod session;
mod table;
mod timeline;

pub use changes::*;
pub use commands::*;
pub use conditions::*;
pub use coverage::*;
pub use feeds::*;
pub use frame::*;
pub use links::*;
pub use matters::*;
pub use notices::*;
pub use overview::*;
pub use resource::*;
pub use saved_views::*;
pub use session::*;
pub use table::*;
pub use timeline::*;

/// Words, one a line, in English and in Simplified Chinese.
macro_rules! words {
    ($($name:ident = $en:literal / $zh:literal;)*) => {
        $(pub static $name: catalog::Label = catalog::Label { en: $en, zh: $zh };)*
    };
}
use words;

/// Puts values into a phrase: `fill("{n} rows", &[("n", "5")])`.
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(phrase.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}
