//! `signalbox demo`: the product on simulated clouds.

mod people;

use super::CommandError;
use crate::accounts::{Account, Labels};
use crate::cache;
use crate::clock::Ambient;
use crate::credentials::{FixedKeys, Keys};
use crate::feeds::Feeds;
use crate::http::routes::router;
use crate::http::state::{App, Settings};
use crate::saved_views::SavedView;
use crate::server::{self, Server, Signals};
use crate::vendors::vendor;
use clap::Args;
use demo_clouds::{DemoAccount, DemoClouds, Faults, Options};
use sign::Secret;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Options of `signalbox demo`.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// Address to listen on. Without it 127.0.0.1:8080, or a free port if that one is taken.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Number of patch-state rows over all accounts.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    rows: usize,
    /// Seed of the simulated fleet.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// What goes wrong in the clouds: `demo`, `chaos`, or a comma list such as `deny@oos/cn-beijing,throttle@oos/cn-shanghai:always`.
    #[arg(long, value_name = "SPEC", default_value = "")]
    faults: String,
    /// Let people sign in, at a simulated identity provider with three people of different groups. Where cookies need it, open the page as
    /// localhost or 127.0.0.1.
    #[arg(long, conflicts_with = "clouds_only")]
    auth: bool,
    /// Start only the simulated clouds and print their addresses and keys as one line of JSON.
    #[arg(long, conflicts_with = "listen")]
    clouds_only: bool,
}

impl Demo {
    /// Runs until a signal.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn run(self) -> Result<(), CommandError> {
        let clouds = demo_clouds::start(Options {
            seed: self.seed,
            rows: self.rows,
            faults: Faults::parse(&self.faults)?,
            ..Options::default()
        });
        let clouds = clouds.await?;
        if self.clouds_only {
            let signals = Signals::new()?;
            writeln!(io::stdout(), "{}", clouds.clouds_only_json())?;
            signals.next().await;
            return Ok(());
        }
        let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let listener = match self.listen {
            Some(address) => server::bind(address)?,
            None => server::bind(usual).or_else(|_| server::bind((Ipv4Addr::LOCALHOST, 0).into()))?,
        };
        // Nothing here is secret: who asks for another address may have it.
        let address = listener.local_addr()?;
        let mut settings = Settings {
            accounts: accounts(&clouds).into_iter().map(Arc::new).collect(),
            cache: cache::Settings::default(),
            feeds: Some(Arc::new(Feeds::of_this_process(Ambient::real()))),
            local: address.ip().is_loopback(),
            saved_views: views(),
            ..Settings::default()
        };
        // Serves until it is dropped.
        let mut provider = None;
        if self.auth {
            provider = Some(people::sign_in(&mut settings, address).await?);
        }
        let app = Arc::new(App::new(settings, super::client()?));
        let server = Server::new(listener, router(Arc::clone(&app)));
        super::serve(&app, server).await?;
        drop(provider);
        Ok(())
    }
}

/// What a team might save, as the configuration would have it.
const VIEWS: [(&str, &str); 6] = [
    ("Needs someone", "/tickets?phase=action"),
    ("Failed in 24 h", "/tickets?phase=failed&end=-24h..&sort=-end"),
    ("Planned next 24 h", "/plans?phase=scheduled&start=now..24h&sort=start"),
    (
        "Unpatched",
        "/patches?missing=gt.0&sort=-missing,instance&cols=instance,missing,failed,pending_reboot,baseline,account,region,end",
    ),
    ("Offline plug-ins", "/plugins?online=false&sort=cluster_name,plugin"),
    ("Stack sets in trouble", "/operations?phase=failed,action&sort=-updated"),
];

/// The team's views of the demo.
#[must_use]
pub fn views() -> Vec<SavedView> {
    let view = |(name, address): &(&str, &str)| SavedView::at(name, address).ok();
    VIEWS.iter().filter_map(view).collect()
}

/// The simulated accounts as the configuration would have them. Clusters, stack sets, projects and
/// domains are left to be found out, as they mostly are in real life.
#[must_use]
pub fn accounts(clouds: &DemoClouds) -> Vec<Account> {
    clouds
        .accounts()
        .iter()
        .filter_map(|demo| account(clouds, demo))
        .collect()
}

fn account(clouds: &DemoClouds, demo: &DemoAccount) -> Option<Account> {
    let vendor = vendor(demo.cloud.as_str())?;
    let keys = Keys {
        id: demo.access_key.clone(),
        secret: Secret::new(demo.secret_key.as_str()),
        token: demo.security_token.as_deref().map(Secret::new),
    };
    let mut account = Account::new(demo.id.as_str(), vendor, demo.regions.clone(), FixedKeys::new(keys));
    let endpoint = |(name, url): (&str, &str)| {
        let (cloud, service) = name.split_once('.')?;
        (cloud == vendor.cloud().id).then(|| (service.to_owned(), url.to_owned()))
    };
    account.labels = Labels {
        env: Some(demo.env().to_owned()),
        team: Some(demo.team().to_owned()),
    };
    account.endpoints = clouds.endpoints().filter_map(endpoint).collect();
    Some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_is_one() {
        for (name, address) in VIEWS {
            assert_eq!(SavedView::at(name, address).map(|_| ()), Ok(()), "{name}");
        }
    }
}
