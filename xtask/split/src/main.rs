//! Cuts the page's program along its split points: `xtask-split cut PROGRAM.wasm FOLDER NAME`. After wasm-bindgen, `xtask-split names FOLDER NAME` shortens
//! the names that it has given.
//!
//! Into the folder go the first part as `NAME.wasm`, which wasm-bindgen has yet to see, the other files of code, the script that
//! loads them, and `parts.json`: which of the files each part needs, by its name.

mod names;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use wasm_split_cli_support::{Options, transform};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["cut", program, folder, name] => cut(program, Path::new(folder), name),
        ["names", folder, name] => shorten(Path::new(folder), name),
        _ => Err("usage: xtask-split cut PROGRAM.wasm FOLDER NAME, or xtask-split names FOLDER NAME".into()),
    }
}

fn cut(program: &str, folder: &Path, name: &str) -> Result<()> {
    let program = fs::read(program)?;
    let (first, script) = (folder.join(format!("{name}.wasm")), format!("./{name}.js"));
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = &script;
    let parts: BTreeMap<String, Vec<String>> = transform(options)?
        .prefetch_map
        .into_iter()
        .map(|(part, stems)| (part, stems.into_iter().map(|stem| stem + ".wasm").collect()))
        .collect();
    fs::write(folder.join("parts.json"), serde_json::to_vec(&parts)?)?;
    Ok(())
}

fn shorten(folder: &Path, name: &str) -> Result<()> {
    let (program, script) = (
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.js")),
    );
    let (short, text) = names::shorten(&fs::read(&program)?, &fs::read_to_string(&script)?)?;
    fs::write(program, short)?;
    fs::write(script, text)?;
    Ok(())
}
