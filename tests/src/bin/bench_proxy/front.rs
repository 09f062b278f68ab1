//! nginx, which passes requests on as they are.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// nginx as one process. Dropped, it is killed.
pub struct Nginx {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    folder: TempDir,
}

/// The variable that names the program.
const VARIABLE: &str = "SIGNALBOX_NGINX";
const PATIENCE: Duration = Duration::from_secs(20);

impl Nginx {
    /// Before these servers, in turns, to which connections stay open, with `more` settings for what is passed on. None where there is no nginx.
    ///
    /// # Errors
    /// When it does not start.
    pub fn before(servers: &[SocketAddr], more: &str) -> Result<Option<Self>> {
        let Some(program) = std::env::var_os(VARIABLE) else {
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        // Given back at once: nobody else asks for a certain port.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let configuration = folder.path().join("nginx.conf");
        fs::write(
            &configuration,
            text(&folder.path().display().to_string(), address, servers, more),
        )?;
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .args(["-e", "stderr", "-c"])
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("error.log"))?)
            .spawn()
            .context("nginx cannot be started")?;
        let mut nginx = Self { child, address, folder };
        let end = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(address).is_err() {
            let ended = nginx.child.try_wait()?;
            let log = || fs::read_to_string(nginx.folder.path().join("error.log")).unwrap_or_default();
            ensure!(
                ended.is_none() && Instant::now() < end,
                "nginx does not listen: {}",
                log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Some(nginx))
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// As nginx comes, but that connections stay open: to the servers, which its documentation advises, and from readers, whatever they have asked. It writes down each request, as it always does, and as the
/// program that it is measured beside does.
fn text(folder: &str, address: SocketAddr, servers: &[SocketAddr], more: &str) -> String {
    let servers: String = servers
        .iter()
        .map(|server| format!("        server {server} max_fails=1 fail_timeout=1s;\n"))
        .collect();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .collect();
    format!(
        "daemon off;\nmaster_process off;\nworker_rlimit_nofile 8192;\npid {folder}/pid;\nevents {{ worker_connections 4096; }}\nhttp {{\n{temporary}    \
         access_log {folder}/access.log;\n    keepalive_requests 1000000;\n    upstream servers {{\n{servers}        keepalive 64;\n    }}\n    server {{\n        listen {address};\n        \
         location / {{\n            proxy_pass http://servers;\n            proxy_http_version 1.1;\n            proxy_set_header Connection \"\";\n            \
         proxy_set_header Host $http_host;\n            {more}\n        }}\n    }}\n}}\n"
    )
}
