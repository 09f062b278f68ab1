//! Starts the simulated provider alone, prints how to reach it as one line of JSON, and serves until it is interrupted.

use std::io::{self, Write};
use std::net::SocketAddr;

use clap::Parser;
use demo_provider::{Client, Options, Profile};
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// Name of the profile, for example `keycloak`.
    #[arg(long, default_value = "plain")]
    profile: String,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Public address of the relying party, without a slash at its end.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    party: String,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let Some(profile) = Profile::named(&arguments.profile) else {
        let names: Vec<&str> = Profile::all().iter().map(|profile| profile.name).collect();
        return Err(io::Error::other(format!(
            "unknown profile; there are {}",
            names.join(", ")
        )));
    };
    let (id, secret) = ("signalbox", "demo-secret");
    let provider = demo_provider::start(Options {
        listen: arguments.listen,
        clients: vec![Client::at(&arguments.party, id, secret)],
        profile,
        ..Options::default()
    })
    .await?;
    let line = json!({
        "issuer": provider.issuer(), "discovery_url": provider.discovery_url(), "client_id": id, "client_secret": secret,
    });
    writeln!(io::stdout(), "{line}")?;
    tokio::signal::ctrl_c().await
}
