//! The page in a real Chromium, on the simulated clouds. One binary, so that the tests share one running program.

mod arriving;
mod clock;
mod coming_back;
mod conditions;
mod counts;
mod coverage;
mod detail;
mod export;
mod facets;
mod keyboard;
mod links;
mod live;
mod looks;
mod memory;
mod overview;
mod palette;
mod parts;
mod paste;
mod reach;
mod resource;
mod since;
mod smoke;
mod sort;
mod tables;
mod timeline;
mod views;
