//! Debian's glewlwyd: its database, its configuration, and what an administrator does on its pages before anybody can sign in.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use super::{CLIENT, PASSWORD, Provider, SECRET};
use crate::program::Program;

pub(super) fn start(root: &Path, public_url: &str) -> Result<Provider> {
    let folder = tempfile::tempdir()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let origin = format!("http://localhost:{port}");
    database(root, folder.path())?;
    pages(&root.join("usr/share/glewlwyd/webapp"), &folder.path().join("pages"))?;
    fs::copy(
        root.join("usr/share/glewlwyd/templates/config.json"),
        folder.path().join("pages/config.json"),
    )?;
    let file = folder.path().join("glewlwyd.conf");
    fs::write(&file, configuration(root, folder.path(), port))?;
    let mut command = Command::new(root.join("usr/bin/glewlwyd"));
    command.arg(format!("--config-file={}", file.display()));
    let (program, ()) = Program::start(with_libraries(command, root), |line| {
        line.contains("Glewlwyd started").then_some(())
    })?;
    // It says so a little too early.
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() && started.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(10));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(administer(&origin, public_url))?;
    Ok(Provider {
        program,
        issuer: format!("{origin}/api/oidc"),
        // It does not decode a secret that comes in the header.
        settings: "client_auth = \"post\"",
        control: None,
        _folder: Some(folder),
    })
}

/// Those that the system has not, besides its own.
fn with_libraries(mut command: Command, root: &Path) -> Command {
    let folders = fs::read_dir(root.join("usr/lib")).into_iter().flatten().flatten();
    let folders = folders.map(|folder| folder.path());
    if let Ok(path) = std::env::join_paths(folders.filter(|folder| folder.to_string_lossy().ends_with("-linux-gnu"))) {
        command.env("LD_LIBRARY_PATH", path);
    }
    command
}

/// As the package would make it: with an administrator.
fn database(root: &Path, folder: &Path) -> Result<()> {
    let own = root.join("usr/bin/sqlite3");
    let program = if own.is_file() { own } else { PathBuf::from("sqlite3") };
    let mut command = Command::new(program);
    command.arg(folder.join("glewlwyd.db")).stdin(Stdio::piped());
    let mut running = with_libraries(command, root).spawn().context("cannot start sqlite3")?;
    let tables = fs::read(root.join("usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"))?;
    let mut input = running.stdin.take().context("sqlite3 reads nothing")?;
    // In one go: every statement by itself would wait for the disk.
    for part in [b"BEGIN;\n".as_slice(), &tables, b"COMMIT;\n"] {
        input.write_all(part)?;
    }
    drop(input);
    ensure!(running.wait()?.success(), "the database could not be made");
    Ok(())
}

/// Its pages, with those parts of other packages that are links there.
fn pages(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten() {
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            pages(&path, &place)?;
        } else if path.is_file() {
            fs::copy(path, place)?;
        } else if let Ok(link) = fs::read_link(&path) {
            // What the system has is not unpacked once more.
            let name: PathBuf = link.components().skip_while(|part| part.as_os_str() == "..").collect();
            let system = Path::new("/usr/share").join(name);
            if system.is_file() {
                fs::copy(system, place)?;
            }
        }
    }
    Ok(())
}

fn configuration(root: &Path, folder: &Path, port: u16) -> String {
    let (modules, folder) = (root.join("usr/lib/glewlwyd"), folder.display());
    let modules = modules.display();
    let kind = |(end, kind): (&str, &str)| format!("{{ extension = \".{end}\"; mime_type = \"{kind}\" }}");
    let kinds = [
        ("html", "text/html"),
        ("css", "text/css"),
        ("js", "application/javascript"),
        ("json", "application/json"),
        ("ico", "image/x-icon"),
    ];
    let kinds = kinds.map(kind).join(", ");
    format!(
        "port = {port}
bind_address = \"127.0.0.1\"
external_url = \"http://localhost:{port}\"
login_url = \"login.html\"
api_prefix = \"api\"
static_files_path = \"{folder}/pages/\"
static_files_mime_types = ({kinds})
log_mode = \"console\"
log_level = \"INFO\"
cookie_secure = 0
cookie_same_site = \"lax\"
session_key = \"GLEWLWYD2_SESSION_ID\"
admin_scope = \"g_admin\"
profile_scope = \"g_profile\"
user_module_path = \"{modules}/user\"
client_module_path = \"{modules}/client\"
user_auth_scheme_module_path = \"{modules}/scheme\"
plugin_module_path = \"{modules}/plugin\"
hash_algorithm = \"SHA512\"
database = {{ type = \"sqlite3\"; path = \"{folder}/glewlwyd.db\" }}
"
    )
}

/// An RSA key that signs.
fn keys() -> Result<String> {
    let script = "const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
        console.log(JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }] }))";
    let made = Command::new("node")
        .args(["--eval", script])
        .output()
        .context("cannot start node")?;
    ensure!(
        made.status.success(),
        "no key: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    Ok(String::from_utf8(made.stdout)?)
}

/// An OpenID Connect plugin that demands PKCE, an application, and a person with groups.
async fn administer(origin: &str, public_url: &str) -> Result<()> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let ask = async |cookie: &str, method: &str, path: &str, body: Value| {
        let request = client
            .request(method.parse()?, format!("{origin}/api/{path}"))
            .header(COOKIE, cookie);
        let answer = request
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await?;
        let status = answer.status();
        let cookies = answer.headers().get_all(SET_COOKIE).iter();
        let cookies: Vec<_> = cookies
            .filter_map(|line| Some(line.to_str().ok()?.split(';').next()?.to_owned()))
            .collect();
        let text = answer.text().await?;
        ensure!(status == 200, "{method} {path}: {status} {text}");
        Ok((cookies.join("; "), text))
    };
    let (admin, _) = ask("", "POST", "auth", json!({"username": "admin", "password": "password"})).await?;

    // Groups are a property of people that its database does not have by itself.
    let (_, people) = ask(&admin, "GET", "mod/user/database", Value::Null).await?;
    let mut people: Value = serde_json::from_str(&people)?;
    people["parameters"]["data-format"]["groups"] = json!({"multiple": true, "read": true, "write": true});
    ask(&admin, "PUT", "mod/user/database", people).await?;
    ask(&admin, "PUT", "mod/user/database/reset", Value::Null).await?;

    let groups = json!({"name": "groups", "user-property": "groups", "type": "string", "mandatory": true, "on-demand": false, "scope": []});
    let parameters = json!({
        "iss": format!("{origin}/api/oidc"),
        "jwks-private": keys()?,
        "jwks-show": true,
        "access-token-duration": 3600,
        "refresh-token-duration": 1_209_600,
        "code-duration": 60,
        "refresh-token-rolling": false,
        "auth-type-code-enabled": true,
        "auth-type-token-enabled": false,
        "auth-type-id-token-enabled": true,
        "auth-type-none-enabled": false,
        "auth-type-password-enabled": false,
        "auth-type-client-enabled": false,
        "auth-type-device-enabled": false,
        "auth-type-refresh-enabled": false,
        "oauth-as-iss-id": true,
        "allowed-scope": ["openid"],
        "name-claim": "mandatory",
        "email-claim": "mandatory",
        "claims": [groups],
        "pkce-allowed": true,
        "pkce-required": true,
        "session-management-allowed": true,
        "session-cookie-name": "GLEWLWYD2_OIDC_SID",
        "session-cookie-expiration": 86_400,
        "back-channel-logout-allowed": true,
        "front-channel-logout-allowed": true,
        "client-jwks-parameter": "jwks",
        "client-jwks_uri-parameter": "jwks_uri",
    });
    let plugin = json!({"module": "oidc", "name": "oidc", "display_name": "OpenID", "parameters": parameters});
    ask(&admin, "POST", "mod/plugin/", plugin).await?;

    let application = json!({
        "client_id": CLIENT,
        "name": "Signalbox",
        "client_secret": SECRET,
        "confidential": true,
        "enabled": true,
        "redirect_uri": [format!("{public_url}/auth/callback")],
        "post_logout_redirect_uri": format!("{public_url}/"),
        "backchannel_logout_uri": format!("{public_url}/auth/backchannel-logout"),
        "authorization_type": ["code"],
        "token_endpoint_auth_method": ["client_secret_post"],
        "scope": ["openid"],
    });
    ask(&admin, "POST", "client/", application).await?;

    let person = json!({
        "username": "lin",
        "password": PASSWORD,
        "name": "林晓雨",
        "email": "lin@example.com",
        "groups": ["platform", "on-call"],
        "scope": ["openid", "g_profile"],
        "enabled": true,
    });
    ask(&admin, "POST", "user/", person).await?;
    Ok(())
}
