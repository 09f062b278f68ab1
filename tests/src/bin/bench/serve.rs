//! The peers' pages on a port of their own: Perspective does without its worker where pages come from files.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Serves the files of `folder` until the program ends.
pub fn folder(folder: &Path) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen for the peers")?;
    let address = listener.local_addr()?;
    let folder = folder.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            // A browser opens connections that it never uses; they must not hold up the others.
            std::thread::spawn(move || answer(&stream, &folder));
        }
    });
    Ok(address)
}

/// One request, one answer. Whoever goes away gets none.
fn answer(stream: &TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut stream = stream;
    match asked(&line, folder).map(|path| (kind(&path), std::fs::read(path))) {
        Some((kind, Ok(body))) => {
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            )?;
            stream.write_all(&body)
        }
        _ => write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
    }
}

/// The file that a request line names: one in a folder below ours, or none.
fn asked(line: &str, folder: &Path) -> Option<PathBuf> {
    let path = line.strip_prefix("GET /")?.split([' ', '?']).next()?;
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.');
    path.split('/').all(plain).then(|| folder.join(path))
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn files_of_the_folder_are_served_and_no_others() {
        let outer = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(outer.path().join("in/a")).unwrap();
        std::fs::write(outer.path().join("in/a/page.html"), "hello").unwrap();
        std::fs::write(outer.path().join("secret.html"), "no").unwrap();
        let address = folder(&outer.path().join("in")).unwrap();
        let page = get(address, "/a/page.html");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("text/html") && page.ends_with("hello"));
        for path in [
            "/a/other.html",
            "/../secret.html",
            "/a/../../secret.html",
            "/",
            "//secret.html",
        ] {
            assert!(get(address, path).starts_with("HTTP/1.1 404"), "{path}");
        }
    }
}
