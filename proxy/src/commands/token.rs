//! `signalbox token new`: makes a token for a script.

use super::CommandError;
use crate::auth::api_token::{self, TokenHash};
use crate::clock::{Ambient, rfc3339};
use clap::{Args, Subcommand};
use std::io::{self, Write as _};
use std::time::Duration;
use toml::{Table, Value};

/// Options of `signalbox token`.
#[derive(Args, Clone, Debug)]
pub struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Make a token, which is shown once, and print what the configuration needs of it.
    New(New),
}

/// Options of `signalbox token new`.
#[derive(Args, Clone, Debug)]
pub struct New {
    /// Who answers for it. Without groups it may read what grants say of this user.
    #[arg(long, value_parser = name)]
    owner: String,
    /// A group whose grants it has instead; may be given several times.
    #[arg(long = "group", value_name = "GROUP", value_parser = name)]
    groups: Vec<String>,
    /// How long it is taken, such as 90d.
    #[arg(long, value_name = "SPAN", default_value = "90d", value_parser = span)]
    expires: Duration,
    /// What it is called in the log; made up without.
    #[arg(long, value_parser = name)]
    name: Option<String>,
}

/// The longest life that can be written down; nobody means more.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

fn span(text: &str) -> Result<Duration, String> {
    let span = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if span.is_zero() || span > LONGEST {
        return Err("must be more than nothing and at most ten years".to_owned());
    }
    Ok(span)
}

/// What a configuration would refuse is refused here.
fn name(text: &str) -> Result<String, String> {
    match text {
        "" => Err("is empty".to_owned()),
        text if text.contains('*') || text.trim() != text || text.chars().any(char::is_control) => {
            Err("must be a name as it stands, without `*`, blanks around it and control characters".to_owned())
        }
        text => Ok(text.to_owned()),
    }
}

impl Token {
    /// Prints the token and its part of the configuration.
    ///
    /// # Errors
    /// Standard output.
    pub fn run(&self) -> Result<(), CommandError> {
        let Action::New(new) = &self.action;
        io::stdout().write_all(new.printed(&Ambient::real()).as_bytes())?;
        Ok(())
    }
}

impl New {
    /// The token on a line of its own, and then comments and what goes into the file.
    fn printed(&self, ambient: &Ambient) -> String {
        let token = api_token::token(ambient.secret_bytes());
        let hash = TokenHash::of(token.expose()).to_string();
        let made_up = || hash.chars().skip("sha256:".len()).take(8).collect();
        let mut table = Table::new();
        table.insert("name".into(), self.name.clone().unwrap_or_else(made_up).into());
        table.insert("owner".into(), self.owner.clone().into());
        if !self.groups.is_empty() {
            let groups = self.groups.iter().cloned().map(Value::from);
            table.insert("groups".into(), groups.collect::<Vec<_>>().into());
        }
        table.insert("hash".into(), hash.into());
        table.insert("expires".into(), rfc3339(ambient.now() + self.expires).into());
        format!(
            "{}\n\n# The line above is the token, and is shown this once. For the configuration:\n[[token]]\n{table}",
            token.expose()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, parse};
    use crate::vendors::VENDORS;
    use std::path::Path;
    use std::time::UNIX_EPOCH;

    const CONFIGURATION: &str = r#"
        [auth]
        mode = "header"
        [auth.header]
        trusted = ["::1"]
        user = "x-user"
        [[account]]
        id = "a"
        cloud = "huawei"
        regions = ["cn-north-4"]
        credentials = { from = "env" }
    "#;

    #[test]
    fn what_is_printed_is_a_token_and_a_part_of_a_configuration() {
        let ambient = Ambient::new(|| UNIX_EPOCH, || 0.5, || 7).with_secrets(|| [9; 32]);
        let new = New {
            owner: "ann@example.com".into(),
            groups: vec!["sre \"night\"".into(), "运维".into()],
            expires: Duration::from_secs(90 * 24 * 3600),
            name: None,
        };
        let printed = new.printed(&ambient);
        let (token, rest) = printed.split_once('\n').unwrap();
        assert!(api_token::is_whole(token));
        assert!(!rest.contains(token));
        let text = format!("{CONFIGURATION}{rest}");
        let environment: Environment = [("HUAWEICLOUD_SDK_AK", "a"), ("HUAWEICLOUD_SDK_SK", "s")]
            .into_iter()
            .collect();
        let configuration = parse(&text, Path::new(""), &environment, None, VENDORS).unwrap();
        let headers = [(http::header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())]
            .into_iter()
            .collect();
        let principal = configuration.tokens.identify(&headers, UNIX_EPOCH).unwrap().unwrap();
        assert_eq!(principal.groups, new.groups);
        assert_eq!(principal.expires, Some(UNIX_EPOCH + new.expires));
        assert_eq!(principal.name, "ann@example.com");
    }

    #[test]
    fn spans_and_names_are_what_a_configuration_takes() {
        assert_eq!(span("90d"), Ok(Duration::from_secs(90 * 24 * 3600)));
        for wrong in ["", "0s", "x", "99y", "-1d"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
        assert!(name("运维 night").is_ok());
        for wrong in ["", "*", " a", "a\n", "*@example.com"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
