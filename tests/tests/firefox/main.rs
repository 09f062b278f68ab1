//! The page in a real Firefox, which half of its readers have: the commonest jobs, and the looks. Skipped where there is no Firefox to test in.

mod jobs;
mod looks;
