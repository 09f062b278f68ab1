//! `signalbox init`: a first configuration, of what is found on this machine.

use super::CommandError;
use crate::config::{self, Environment};
use crate::vendors::found::{Found, Place};
use crate::vendors::{VENDORS, Vendor};
use clap::Args;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Options of `signalbox init`.
#[derive(Args, Clone, Debug)]
pub struct Init {
    /// The file to write. One that is there already is left as it is.
    #[arg(long, value_name = "FILE", default_value = "signalbox.toml")]
    config: PathBuf,
}

impl Init {
    /// Writes the file and says what stands in it.
    ///
    /// # Errors
    /// The file is there already, or cannot be written.
    pub fn run(self) -> Result<(), CommandError> {
        let environment = Environment::of_process();
        let home = environment.get("HOME").map(PathBuf::from);
        let first = First::find(&environment, home.as_deref());
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o640)
            .open(&self.config);
        let shown = self.config.display();
        let mut file = file.map_err(|error| io::Error::new(error.kind(), format!("cannot write {shown}: {error}")))?;
        file.write_all(first.text.as_bytes())?;
        let mut out = io::stdout();
        for found in &first.used {
            writeln!(out, "found {}", found.what)?;
        }
        if first.used.is_empty() {
            writeln!(
                out,
                "found no credentials: the accounts in the file take what the vendors' own tools would"
            )?;
        }
        writeln!(
            out,
            "wrote {shown}. Name your regions in it, then: signalbox check --config {shown} --online"
        )?;
        Ok(())
    }
}

/// A first configuration.
struct First {
    text: String,
    /// What stands in it.
    used: Vec<Found>,
}

const HEAD: &str = r#"# The configuration of Signalbox. Every setting stands in docs/settings.md.
# A secret is never written here, only where it is: { env = "NAME" } or { file = "PATH" }.

listen = "127.0.0.1:8080"
# metrics = "127.0.0.1:9090"               # for Prometheus
# public_url = "https://ops.example.com"   # where people reach it; needed beyond this machine

[auth]
mode = "none"   # everyone on this machine sees everything. For a team: oidc, header or jwt

# [[grant]]     # then also who may read what
# groups = ["sre"]
# accounts = ["*"]
# tables = ["*"]
"#;

impl First {
    fn find(environment: &Environment, home: Option<&Path>) -> Self {
        let variable = |name: &str| environment.get(name).map(str::to_owned);
        let place = Place {
            variable: &variable,
            home,
        };
        let mut first = Self {
            text: HEAD.to_owned(),
            used: Vec::new(),
        };
        for vendor in VENDORS {
            for (at, found) in vendor.found(place).into_iter().enumerate() {
                first.add(*vendor, at, found, environment);
            }
        }
        if first.used.is_empty() {
            for vendor in VENDORS {
                first.text.push_str(&account(*vendor, 0, "{ from = \"default\" }", &[]));
            }
        }
        first
    }

    /// Adds an account, if it is in order. Why one is not stands in its place.
    fn add(&mut self, vendor: &dyn Vendor, at: usize, found: Found, environment: &Environment) {
        let account = account(vendor, at, &found.credentials, &found.regions);
        let alone = format!("[auth]\nmode = \"none\"\n{account}");
        // The file is for whoever will run the program: the environment's own settings are not part of it.
        let secrets = environment.without_settings();
        _ = writeln!(self.text, "\n# Found: {}.", line(&found.what));
        match config::parse(&alone, Path::new(""), &secrets, None, VENDORS) {
            Ok(_) => {
                self.text.push_str(account.trim_start_matches('\n'));
                self.used.push(found);
            }
            Err(faults) => {
                for fault in &faults.0 {
                    _ = writeln!(self.text, "# It cannot be used: {}", line(&fault.what));
                }
                for line in account.lines().filter(|line| !line.is_empty()) {
                    _ = writeln!(self.text, "# {line}");
                }
            }
        }
    }
}

/// A text that stays in its line of comment.
fn line(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect()
}

fn account(vendor: &dyn Vendor, at: usize, credentials: &str, regions: &[String]) -> String {
    let cloud = vendor.cloud().id;
    let id = if at == 0 {
        cloud.to_owned()
    } else {
        format!("{cloud}-{}", at + 1)
    };
    let usual = [vendor.usual_region().to_owned()];
    let (regions, comment) = match regions {
        [] => (&usual[..], "   # a guess: name yours"),
        named => (named, ""),
    };
    let regions: Vec<_> = regions
        .iter()
        .map(|region| toml::Value::from(region.as_str()).to_string())
        .collect();
    format!(
        "\n[[account]]\nid = \"{id}\"\ncloud = \"{cloud}\"\nregions = [{}]{comment}\ncredentials = {credentials}\n",
        regions.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(variables: &[(&str, &str)], home: &Path) -> First {
        let environment: Environment = variables.iter().copied().collect();
        let first = First::find(&environment, Some(home));
        let parsed = config::parse(
            &first.text,
            Path::new(""),
            &environment.without_settings(),
            None,
            VENDORS,
        );
        assert!(parsed.is_ok(), "{}\n{}", parsed.unwrap_err(), first.text);
        assert!(!first.text.contains("canary"), "{}", first.text);
        first
    }

    #[test]
    fn what_is_found_is_written_and_in_order_and_no_secret_is() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            ".aliyun/config.json",
            r#"{"current": "prod", "profiles": [
                {"name": "test", "mode": "AK", "access_key_id": "canary", "access_key_secret": "canary", "region_id": ""},
                {"name": "prod \"cn\"", "mode": "RamRoleArn", "access_key_secret": "canary", "region_id": "cn-beijing"}]}"#,
        );
        write(".huaweicloud/credentials", "[basic]\nak = canary\nsk = canary\n");
        let first = first(
            &[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "canary-id"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary-secret"),
                ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::123456789012:role/reader"),
                (
                    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
                    "acs:ram::123456789012:oidc-provider/ack",
                ),
                ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/var/run/secrets/ack/token"),
                ("HUAWEICLOUD_SDK_AK", "canary-ak"),
                ("HUAWEICLOUD_SDK_SK", "canary-sk"),
                ("HW_REGION_NAME", "cn-east-3"),
                ("SIGNALBOX_LISTEN", "nonsense"),
            ],
            home.path(),
        );
        for told in [
            "id = \"alibaba\"\ncloud = \"alibaba\"\nregions = [\"cn-hangzhou\"]   # a guess: name yours\ncredentials = { from = \"env\" }",
            "id = \"huawei\"\ncloud = \"huawei\"\nregions = [\"cn-east-3\"]\ncredentials = { from = \"env\" }",
            "regions = [\"cn-beijing\"]",
            "from = \"oidc-role\"",
            "from = \"profile\"",
            "section = \"basic\"",
        ] {
            assert!(first.text.contains(told), "{told}\n{}", first.text);
        }
    }

    #[test]
    fn what_is_found_and_cannot_be_used_says_why() {
        let home = tempfile::tempdir().unwrap();
        let first = first(
            &[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "sec ret"),
                ("HUAWEICLOUD_SDK_AK", "ak"),
                ("HUAWEICLOUD_SDK_SK", "sk"),
            ],
            home.path(),
        );
        assert!(
            first.text.contains(
                "# It cannot be used: the environment variable ALIBABA_CLOUD_ACCESS_KEY_SECRET holds a blank"
            ),
            "{}",
            first.text
        );
        assert!(
            first.text.contains("# cloud = \"alibaba\"") && first.used.len() == 1,
            "{}",
            first.text
        );
    }

    #[test]
    fn where_nothing_is_found_the_file_is_in_order_all_the_same() {
        let home = tempfile::tempdir().unwrap();
        let first = first(&[], home.path());
        assert!(
            first.used.is_empty() && first.text.matches("from = \"default\"").count() == 2,
            "{}",
            first.text
        );
    }
}
