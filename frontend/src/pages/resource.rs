//! One resource.

mod find;
