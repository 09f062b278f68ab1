//! Compresses the page at build time, when the feature `embed-page` asks for it.

#[cfg(feature = "embed-page")]
mod page {
    use sha2::{Digest, Sha256};
    use std::error::Error;
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::{env, fs, thread};

    type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

    /// Writes `page.rs`, the list of files sorted by URL path, and the compressed files beside it.
    pub fn embed() -> Result<()> {
        let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../dist");
        println!("cargo::rerun-if-changed={}", dist.display());
        if !dist.join("index.html").is_file() {
            return Err("there is no dist/index.html to embed: run `cargo xtask build`, or build without the feature `embed-page`".into());
        }
        let mut files = Vec::new();
        list(&dist, &mut files)?;
        files.sort();
        let out = PathBuf::from(env::var("OUT_DIR")?);
        // Brotli at its best takes seconds for the WASM: each file in a thread of its own.
        let entries = thread::scope(|scope| {
            let (dist, out) = (&dist, &out);
            let works: Vec<_> = files
                .iter()
                .enumerate()
                .map(|(number, file)| scope.spawn(move || entry(dist, file, out, number)))
                .collect();
            works
                .into_iter()
                .map(|work| work.join().unwrap_or_else(|_| Err("compression failed".into())))
                .collect::<Result<String>>()
        })?;
        fs::write(out.join("page.rs"), format!("&[\n{entries}]\n"))?;
        Ok(())
    }

    fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => list(&entry.path(), files)?,
                false => files.push(entry.path()),
            }
        }
        Ok(())
    }

    fn entry(dist: &Path, file: &Path, out: &Path, number: usize) -> Result<String> {
        let raw = fs::read(file)?;
        let path: Vec<_> = file
            .strip_prefix(dist)?
            .iter()
            .map(|part| part.to_string_lossy())
            .collect();
        let mut brotli = Vec::new();
        brotli::BrotliCompress(
            &mut raw.as_slice(),
            &mut brotli,
            &brotli::enc::BrotliEncoderParams::default(),
        )?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&raw)?;
        let gzip = gzip.finish()?;
        let mut text = format!(
            "File {{ path: {:?}, tag: {:?}, ",
            format!("/{}", path.join("/")),
            &hex::encode(Sha256::digest(&raw))[..32]
        );
        // Where it pays to pack it, it is unpacked for the few who take nothing packed.
        if gzip.len() < raw.len() {
            text += "raw: None, ";
        } else {
            write!(text, "raw: Some(include_bytes!({:?})), ", fs::canonicalize(file)?)?;
        }
        for (name, packed) in [("brotli", brotli), ("gzip", gzip)] {
            if packed.len() < raw.len() {
                let at = out.join(format!("{number}.{name}"));
                fs::write(&at, packed)?;
                write!(text, "{name}: Some(include_bytes!({at:?})), ")?;
            } else {
                write!(text, "{name}: None, ")?;
            }
        }
        text += "},\n";
        Ok(text)
    }
}

#[cfg(feature = "embed-page")]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    println!("cargo::rerun-if-changed=build.rs");
    page::embed()
}

#[cfg(not(feature = "embed-page"))]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
