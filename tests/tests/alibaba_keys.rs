//! Signalbox against the vendor's own credentials SDK: in the same environment, with the same files, both ask the same services for the same
//! things in the same order, and sign with the keys that these have given.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use signalbox_tests::program::Program;
use signalbox_tests::recorder::{Exchange, Recorder};
use signalbox_tests::{Context, Result, server};
use tempfile::TempDir;

/// The simulated clouds, a home folder, and a recorder before each service that gives keys or takes them.
struct Bench {
    _clouds: Program,
    said: Value,
    home: TempDir,
    recorders: BTreeMap<&'static str, Recorder>,
}

/// What of a request for keys must be the same.
const PARAMETERS: [&str; 8] = [
    "Action",
    "Version",
    "RoleArn",
    "OIDCProviderArn",
    "OIDCToken",
    "ExternalId",
    "Policy",
    "pass",
];

/// Whoever was asked for keys and how; the id of the keys that came last, and that of the keys that were used.
#[derive(Debug, PartialEq)]
struct Trace {
    asked: Vec<String>,
    issued: Option<String>,
    used: Option<String>,
}

impl Bench {
    fn new() -> Result<Self> {
        let mut command = Command::new(server::binary()?);
        command.args(["demo", "--clouds-only", "--rows", "40"]);
        let (clouds, said): (_, Value) = Program::start(command, |line| serde_json::from_str(line).ok())?;
        let mut recorders = BTreeMap::new();
        for service in ["sts", "metadata", "broker", "cs", "sas", "oos"] {
            let url = said["endpoints"][format!("alibaba.{service}")].as_str();
            recorders.insert(service, Recorder::before(url.context("no such service")?)?);
        }
        Ok(Self {
            _clouds: clouds,
            said,
            home: tempfile::tempdir()?,
            recorders,
        })
    }

    fn url(&self, service: &str) -> String {
        self.recorders[service].url()
    }

    /// Puts in what differs from run to run.
    fn fill(&self, text: &str) -> String {
        let keys = &self.said["credentials"]["alibaba"];
        let role = &self.said["roles"]["alibaba"];
        [
            ("KEY_ID", keys["access_key_id"].as_str()),
            ("KEY_SECRET", keys["access_key_secret"].as_str()),
            ("ROLE", role["role_arn"].as_str()),
            ("PROVIDER", role["provider_arn"].as_str()),
            ("HOME", self.home.path().to_str()),
            ("BROKER", Some(self.url("broker").as_str())),
        ]
        .into_iter()
        .fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value.unwrap_or_default())
        })
    }

    fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.home.path().join(file);
        std::fs::create_dir_all(path.parent().context("no folder")?)?;
        Ok(std::fs::write(path, self.fill(text))?)
    }

    /// A program that finds nothing but these variables and the files at home.
    fn command(&self, program: &Path, variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin");
        for (name, value) in variables {
            command.env(name, self.fill(value));
        }
        command
    }

    /// What was asked of these services since the last time. The SDK asks a machine for a second session in between, which is left out.
    fn trace(&self) -> Trace {
        let mut asked = Vec::new();
        let mut issued = None;
        // Nobody asks two of them at once, and each of them only after the one before it in this list.
        for service in ["metadata", "sts", "broker"] {
            for exchange in self.recorders[service].take() {
                let line = told(service, &exchange);
                if !(line.starts_with("metadata PUT") && asked.contains(&line)) {
                    asked.push(line);
                }
                let answer: Option<Value> = serde_json::from_str(&exchange.answer).ok();
                let keys = answer
                    .as_ref()
                    .map(|answer| answer.get("Credentials").unwrap_or(answer));
                let id = keys.and_then(|keys| keys["AccessKeyId"].as_str());
                issued = id.map(str::to_owned).or(issued);
            }
        }
        let lists = ["cs", "sas", "oos"]
            .map(|service| self.recorders[service].take())
            .concat();
        let ids = lists.iter().filter_map(|exchange| {
            let (_, rest) = exchange.header("authorization")?.split_once("Credential=")?;
            rest.split(',').next().map(str::to_owned)
        });
        let mut ids: Vec<_> = ids.collect();
        ids.dedup();
        // All lists are asked with the same keys.
        let used = (!ids.is_empty()).then(|| ids.join(" and "));
        Trace { asked, issued, used }
    }

    /// What the vendor's SDK does.
    fn of_the_sdk(&self, variables: &[(&str, &str)]) -> Result<(Trace, Value)> {
        let python = std::env::var_os("SIGNALBOX_PYTHON").context(
            "SIGNALBOX_PYTHON names no Python with the clouds' official SDKs. Type `cargo xtask test`, or install tests/sdk/requirements.txt \
             into a virtual environment and set it to its bin/python",
        )?;
        let host = |service| self.url(service).replace("http://", "");
        let (sts, metadata) = (host("sts"), host("metadata"));
        let hosts = serde_json::json!({"sts.aliyuncs.com": sts, "sts.cn-hangzhou.aliyuncs.com": sts, "100.100.100.200": metadata});
        let mut command = self.command(Path::new(&python), variables);
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk/alibaba_keys.py"))
            .arg(hosts.to_string());
        let output = command.output()?;
        let said = serde_json::from_slice(&output.stdout);
        let said: Value = said.with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        let mut trace = self.trace();
        trace.used = said["id"].as_str().map(str::to_owned);
        Ok((trace, said))
    }

    /// What Signalbox does.
    fn of_signalbox(&self, variables: &[(&str, &str)]) -> Result<(Trace, String)> {
        let endpoints: Vec<_> = ["sts", "metadata", "cs", "sas", "oos"]
            .map(|service| format!("{service} = '{}'", self.url(service)))
            .into();
        let text = format!(
            "[auth]\nmode = 'none'\n[[account]]\nid = 'a'\ncloud = 'alibaba'\nregions = ['cn-hangzhou']\n\
             credentials = {{ from = 'default' }}\nendpoints = {{ {} }}\n",
            endpoints.join(", ")
        );
        self.write("signalbox.toml", &text)?;
        let mut command = self.command(&server::binary()?, variables);
        command
            .args(["check", "--online", "--config"])
            .arg(self.home.path().join("signalbox.toml"));
        let output = command.output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((self.trace(), text))
    }
}

/// A request for keys as far as it must be the same: whom, what and with which parameters, wherever these stand.
fn told(service: &str, exchange: &Exchange) -> String {
    let (method, url) = exchange.line.split_once(' ').unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    // The older signature has operation and version among the parameters, the newer one in headers, and either may be sent by any method.
    let parameters = [query, &exchange.body].join("&");
    let mut parameters: BTreeMap<String, String> = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.replace('+', "%20")))
        .collect();
    for (name, header) in [("Action", "x-acs-action"), ("Version", "x-acs-version")] {
        if let Some(value) = exchange.header(header) {
            parameters.insert(name.to_owned(), value.to_owned());
        }
    }
    let method = if service == "sts" { "" } else { method };
    let values = PARAMETERS.iter().filter_map(|name| {
        let value = parameters.get(*name)?;
        Some(format!(" {name}={value}"))
    });
    let session = exchange
        .header("x-aliyun-ecs-metadata-token")
        .map(|_| " with a session");
    format!(
        "{service} {method} {path}{}{}",
        session.unwrap_or_default(),
        values.collect::<String>()
    )
}

const CONFIG: &str = r#"{"current": "keys", "profiles": [
    {"name": "keys", "mode": "AK", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET"},
    {"name": "token", "mode": "StsToken", "access_key_id": "STS.other", "access_key_secret": "s", "sts_token": "t"},
    {"name": "role", "mode": "RamRoleArn", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET", "ram_role_arn": "ROLE-guarded",
        "ram_session_name": "profile", "external_id": "external-prod-cn", "expired_seconds": 900, "sts_region": "cn-hangzhou"},
    {"name": "machine", "mode": "EcsRamRole"},
    {"name": "pod", "mode": "OIDC", "ram_role_arn": "ROLE", "oidc_provider_arn": "PROVIDER", "oidc_token_file": "HOME/token"},
    {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "machine", "ram_role_arn": "ROLE"},
    {"name": "program", "mode": "External", "process_command": "cat 'HOME/printed'"}]}"#;

const SECTIONS: &str = "[default]\ntype = access_key\naccess_key_id = KEY_ID # ours\naccess_key_secret = KEY_SECRET\n\
    [s-role]\ntype = ram_role_arn\naccess_key_id = KEY_ID\naccess_key_secret = KEY_SECRET\nrole_arn = ROLE\n\
    [s-machine]\ntype = ecs_ram_role\nrole_name = signalbox-machine\n\
    [s-pod]\ntype = oidc_role_arn\nrole_arn = ROLE\noidc_provider_arn = PROVIDER\noidc_token_file_path = HOME/token\n";

const POD: [(&str, &str); 3] = [
    ("ALIBABA_CLOUD_ROLE_ARN", "ROLE"),
    ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "PROVIDER"),
    ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "HOME/token"),
];
const KEYS: [(&str, &str); 2] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "KEY_ID"),
    ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "KEY_SECRET"),
];
const URI: (&str, &str) = ("ALIBABA_CLOUD_CREDENTIALS_URI", "BROKER/credentials?pass=open-sesame");
const NO_PROFILES: (&str, &str) = ("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true");
const NO_FILE: (&str, &str) = ("ALIBABA_CLOUD_CREDENTIALS_FILE", "HOME/none");
const NO_MACHINE: (&str, &str) = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");

#[test]
fn the_vendors_sdk_asks_the_same_and_gets_the_same_keys() -> Result<()> {
    let bench = Bench::new()?;
    bench.write(".aliyun/config.json", CONFIG)?;
    bench.write(".alibabacloud/credentials.ini", SECTIONS)?;
    bench.write(
        "token",
        bench.said["roles"]["alibaba"]["token"].as_str().context("no token")?,
    )?;
    bench.write(
        "printed",
        r#"{"mode": "AK", "access_key_id": "KEY_ID", "access_key_secret": "KEY_SECRET"}"#,
    )?;
    let profile = |name| ("ALIBABA_CLOUD_PROFILE", name);
    // What the environment says, the provider that the SDK takes, and how many requests for keys that needs.
    let cases = [
        ([&KEYS[..], &POD, &[URI]].concat(), "env", 0),
        ([&POD[..], &[URI]].concat(), "oidc_role_arn", 1),
        (vec![URI], "cli_profile/static_ak", 0),
        (vec![profile("token")], "cli_profile/static_sts", 0),
        (vec![profile("role")], "cli_profile/ram_role_arn/static_ak", 1),
        (vec![profile("machine")], "cli_profile/ecs_ram_role", 3),
        (vec![profile("pod")], "cli_profile/oidc_role_arn", 1),
        (vec![profile("chain")], "cli_profile/ram_role_arn/ecs_ram_role", 4),
        (vec![profile("program")], "cli_profile/external", 0),
        (vec![NO_PROFILES, URI], "profile/static_ak", 0),
        (
            vec![NO_PROFILES, profile("s-role")],
            "profile/ram_role_arn/static_ak",
            1,
        ),
        (vec![profile("s-machine")], "profile/ecs_ram_role", 2),
        (vec![profile("s-pod")], "profile/oidc_role_arn", 1),
        (vec![NO_PROFILES, NO_FILE, URI], "ecs_ram_role", 3),
        (
            vec![
                NO_PROFILES,
                NO_FILE,
                ("ALIBABA_CLOUD_ECS_METADATA", "signalbox-machine"),
            ],
            "ecs_ram_role",
            2,
        ),
        (vec![NO_PROFILES, NO_FILE, NO_MACHINE, URI], "credential_uri", 1),
        (vec![profile("nobody"), NO_MACHINE, URI], "credential_uri", 1),
    ];
    for (variables, provider, requests) in &cases {
        let (sdk, said) = bench.of_the_sdk(variables)?;
        let (own, out) = bench.of_signalbox(variables)?;
        let place = format!("{variables:?}\n{said}\n{out}");
        assert_eq!(said["provider"], format!("default/{provider}"), "{place}");
        assert_eq!(own.asked, sdk.asked, "{place}");
        assert_eq!(own.asked.len(), *requests, "{place}");
        // Both use the keys that they were given last; where nobody gave any, these are the same.
        for trace in [&own, &sdk] {
            assert!(
                trace.used.is_some() && (trace.issued.is_none() || trace.used == trace.issued),
                "{trace:?} {place}"
            );
        }
        if own.issued.is_none() || !own.asked.iter().any(|line| !line.starts_with("metadata")) {
            assert_eq!(own.used, sdk.used, "{place}");
        }
        // The keys are good: those of the profile that names some other excepted.
        let good = *provider != "cli_profile/static_sts";
        assert_eq!(out.contains("alibaba.oos.instance-patch-states: ok, "), good, "{place}");
    }

    let nothing = [NO_PROFILES, NO_FILE, NO_MACHINE];
    let ((sdk, said), (own, out)) = (bench.of_the_sdk(&nothing)?, bench.of_signalbox(&nothing)?);
    assert!(
        said["error"]
            .as_str()
            .is_some_and(|text| text.contains("unable to load credentials")),
        "{said}"
    );
    assert!(out.contains("Credentials: there are no keys anywhere: "), "{out}");
    assert_eq!((own.used, sdk.used), (None, None));
    Ok(())
}
