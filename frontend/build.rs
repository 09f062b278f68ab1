//! Tells the linker to keep what the splitting of the page needs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Which function and which constant refers to which: without it nobody can tell what the first part does without.
    if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
