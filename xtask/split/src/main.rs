//! Cuts the page's program along its split points: `xtask-split PROGRAM.wasm FOLDER NAME`.
//!
//! Into the folder go the first part as `NAME.wasm`, which wasm-bindgen has yet to see, the other files of code, the script that
//! loads them, and `parts.json`: which of the files each part needs, by its name.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use wasm_split_cli_support::{Options, transform};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder, name] = &arguments[..] else {
        return Err("usage: xtask-split PROGRAM.wasm FOLDER NAME".into());
    };
    let folder = Path::new(folder);
    let program = std::fs::read(program)?;
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
    std::fs::write(folder.join("parts.json"), serde_json::to_vec(&parts)?)?;
    Ok(())
}
