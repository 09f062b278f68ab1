//! The SDK's own order, of which the first that is set up counts: an OpenID token, the environment, the file, the machine's agency, the pod.

use super::agency::Agency;
use super::oidc::Oidc;
use super::pod::Pod;
use super::profile::{self, Profile};
use crate::credentials::{Chain, Issued, Issuer, IssuerError, Keys, Link, Surroundings, Told};
use crate::vendors::huawei::{ACCOUNT_FIELDS, identity};
use futures_util::future::{BoxFuture, ready};
use std::sync::Arc;

/// The kinds of keys, in the SDK's order. None is asked before the one before it has failed.
pub(super) fn order(around: &Surroundings) -> Chain {
    let profile = Profile::new(&Told::default(), around);
    Chain::new(vec![
        link("oidc-sts", Oidc::of_environment(around)),
        Link {
            name: "env",
            issuer: environment(around),
        },
        Link::new("profile", profile),
        Link::new("agency", Agency::new(around)),
        link("pod-identity", Pod::of_environment(around)),
    ])
}

/// A link, or why it is none.
fn link(name: &'static str, issuer: Result<impl Issuer + 'static, IssuerError>) -> Link {
    match issuer {
        Ok(issuer) => Link::new(name, issuer),
        Err(error) => Link::new(name, Absent(error)),
    }
}

/// What is in the environment: an identity provider and its token, or keys.
fn environment(around: &Surroundings) -> Arc<dyn Issuer> {
    if let Some(issuer) = super::of_environment(around) {
        return issuer;
    }
    let [id, secret, token] = ACCOUNT_FIELDS.key_variables;
    let [read_id, read_secret, read_token] = [id, secret, token].map(|name| around.variable(name));
    match Keys::read(read_id.as_deref(), read_secret.as_deref(), read_token.as_deref()) {
        Some(keys) => Arc::new(Present(keys)),
        None => Arc::new(Absent(IssuerError::new(format!("{id} and {secret} are not set")))),
    }
}

/// The ids that come with the keys, where these are in the environment or in the file.
pub(super) fn facts(around: &Surroundings) -> Vec<(&'static str, String)> {
    let set = |names: [&str; 2]| names.iter().all(|name| around.variable(name).is_some());
    let [id, secret, _] = ACCOUNT_FIELDS.key_variables;
    let environment = set([id, secret]) || super::of_environment(around).is_some();
    if environment || Oidc::of_environment(around).is_ok() {
        let known = ACCOUNT_FIELDS.fact_variables.iter();
        let told = known.filter_map(|&(variable, fact)| Some((fact, around.variable(variable)?)));
        return told.filter(|(_, id)| identity::is_id(id)).collect();
    }
    profile::facts(&profile::file(&Told::default(), around), None)
}

/// Keys that are there.
#[derive(Debug)]
struct Present(Keys);

/// Why there are none.
#[derive(Debug)]
struct Absent(IssuerError);

impl Issuer for Present {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(ready(Ok(Issued {
            keys: self.0.clone(),
            expires: None,
        })))
    }
}

impl Issuer for Absent {
    fn issue(&self) -> BoxFuture<'_, Result<Issued, IssuerError>> {
        Box::pin(ready(Err(self.0.clone())))
    }
}
