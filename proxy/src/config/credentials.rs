//! `credentials` of an account: which kinds there are is told by the vendors.

use super::fields::Fields;
use super::secret::Source;
use super::{hidden, meant};
use crate::clock::Ambient;
use crate::credentials::exchange::Lazy;
use crate::credentials::{
    Credentials, Field, FixedKeys, Holds, KeyFiles, Keys, Kind, METADATA_CONNECT, Part, Renewed, Surroundings, Told,
};
use crate::vendors::Vendor;
use sign::Secret;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// What is around the credentials of all accounts.
pub(super) struct Around<'a> {
    secrets: Source<'a>,
    pub(super) vendors: &'a [&'static dyn Vendor],
    transport: Arc<Lazy>,
    link_local: Arc<Lazy>,
    /// Those that others are asked for with, by what is said of them.
    sources: RefCell<HashMap<String, Arc<dyn Credentials>>>,
}

/// Credentials, and facts by name.
pub(super) struct Found {
    pub(super) credentials: Arc<dyn Credentials>,
    pub(super) facts: Vec<(&'static str, String)>,
}

/// How long a connection to an issuer may take: less than one to a list, since it is only the beginning.
const CONNECT: Duration = Duration::from_secs(5);

impl<'a> Around<'a> {
    pub(super) fn new(secrets: Source<'a>, vendors: &'a [&'static dyn Vendor]) -> Self {
        Self {
            secrets,
            vendors,
            transport: Arc::new(Lazy::new(CONNECT)),
            link_local: Arc::new(Lazy::new(METADATA_CONNECT)),
            sources: RefCell::default(),
        }
    }

    /// What is around the credentials of one account.
    pub(super) fn surroundings(
        &self,
        account: Option<&str>,
        regions: &[String],
        endpoints: &BTreeMap<String, String>,
    ) -> Surroundings {
        let environment = self.secrets.environment.clone();
        Surroundings {
            variables: Arc::new(move |name| environment.get(name).map(str::to_owned)),
            transport: Arc::<Lazy>::clone(&self.transport),
            link_local: Arc::<Lazy>::clone(&self.link_local),
            ambient: Ambient::real(),
            account: account.unwrap_or_default().to_owned(),
            regions: regions.to_vec(),
            endpoints: endpoints.clone(),
        }
    }
}

/// None has been noted as a fault.
pub(super) fn read(
    mut fields: Fields<'_>,
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Found> {
    let from = fields.required("from")?;
    let found = match from.as_str() {
        "static" => fixed(&mut fields, vendor, around, surroundings),
        "env" => from_environment(&fields, vendor, around.secrets, surroundings),
        from => {
            let Some(kind) = vendor.kinds().iter().find(|kind| kind.from == from) else {
                fields.fault("from", unknown(from, vendor, around.vendors));
                fields.forget();
                return None;
            };
            of_kind(&mut fields, kind, vendor, around, surroundings)
        }
    };
    fields.end();
    found
}

/// Why there are no such credentials.
fn unknown(from: &str, vendor: &dyn Vendor, vendors: &[&'static dyn Vendor]) -> String {
    let has = |vendor: &dyn Vendor| vendor.kinds().iter().any(|kind| kind.from == from);
    let state = if vendor.account_fields().unbuilt.contains(&from) {
        "is not built yet".to_owned()
    } else if let Some(other) = vendors.iter().find(|other| has(**other)) {
        format!("belongs to {} accounts", other.cloud().id)
    } else {
        "is no kind of credentials".to_owned()
    };
    let own = vendor.kinds().iter().map(|kind| kind.from);
    let kinds: Vec<_> = ["static", "env"]
        .into_iter()
        .chain(own)
        .map(|kind| format!("{kind:?}"))
        .collect();
    let own = vendor.kinds().iter().map(|kind| kind.from);
    let hint = meant::hint(from, ["static", "env"].into_iter().chain(own));
    format!("{from:?} {state}: there are {}{hint}", kinds.join(", "))
}

fn of_kind(
    fields: &mut Fields<'_>,
    kind: &Kind,
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Found> {
    let told = told(fields, kind.fields, vendor, around, surroundings)?;
    let facts = vendor.told_facts(kind.from, &told, surroundings);
    let issuer = (kind.issuer)(told, surroundings);
    Some(Found {
        credentials: Arc::new(Renewed::new(issuer, surroundings.ambient.clone())),
        facts,
    })
}

/// What is said in some fields. None has been noted as a fault.
pub(super) fn told(
    fields: &mut Fields<'_>,
    list: &[Field],
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Told> {
    let mut told = Told::default();
    let mut fine = true;
    for field in list {
        let read = match field.holds {
            Holds::Source => {
                let source = fields.required_table(field.name);
                told.source = source.and_then(|source| shared(source, vendor, around, surroundings));
                told.source.is_some()
            }
            Holds::Text(wrong) => match text(fields, field, surroundings) {
                Ok(Some(text)) => {
                    let why = wrong(&text);
                    let fine = why.is_none();
                    if let Some(why) = why {
                        fields.fault(field.name, format!("{text:?} {why}"));
                    }
                    told.texts.insert(field.name, text);
                    fine
                }
                Ok(None) => true,
                Err(()) => false,
            },
            Holds::File => match text(fields, field, surroundings) {
                Ok(Some(text)) => {
                    told.files.insert(field.name, around.secrets.folder.join(text));
                    true
                }
                Ok(None) => true,
                Err(()) => false,
            },
        };
        fine &= read;
    }
    fine.then_some(told)
}

/// What roles are asked for with. Accounts that say the same share it, so that a hundred roles need the keys of one source once.
fn shared(
    fields: Fields<'_>,
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Arc<dyn Credentials>> {
    let Surroundings { regions, endpoints, .. } = surroundings;
    let said = format!(
        "{} {} {:?} {endpoints:?}",
        vendor.cloud().id,
        fields.said(),
        regions.first()
    );
    let surroundings = Surroundings {
        // It is nobody's in particular, and its sessions are called so.
        account: "source".to_owned(),
        ..surroundings.clone()
    };
    // Read even where it is known: its faults are told, and its files noted.
    let found = read(fields, vendor, around, &surroundings)?;
    let mut sources = around.sources.borrow_mut();
    Some(Arc::clone(sources.entry(said).or_insert(found.credentials)))
}

/// A field's text, or that of the variable that stands in for it. An error has been noted as a fault.
fn text(fields: &mut Fields<'_>, field: &Field, surroundings: &Surroundings) -> Result<Option<String>, ()> {
    if fields.has(field.name) {
        return fields.id(field.name).map(Some).ok_or(());
    }
    if let Some(value) = field.variable.and_then(|name| surroundings.variable(name)) {
        return Ok(Some(value.trim().to_owned()));
    }
    if !field.required {
        return Ok(None);
    }
    let or = field
        .variable
        .map(|name| format!(", and the environment variable {name} is not set"));
    fields.fault(field.name, format!("is missing{}", or.unwrap_or_default()));
    Err(())
}

/// Keys that the configuration names part by part. Those that stand in files follow these.
fn fixed(
    fields: &mut Fields<'_>,
    vendor: &dyn Vendor,
    around: &Around<'_>,
    surroundings: &Surroundings,
) -> Option<Found> {
    let secrets = around.secrets;
    let [id, secret, token] = vendor.account_fields().key_fields;
    let id = secrets.part(fields, id);
    let secret = secrets.part(fields, secret);
    let token = fields.has(token).then(|| secrets.part(fields, token));
    let ((id, id_part), (secret, secret_part)) = (id?, secret?);
    let (token, token_part) = token.flatten().unzip();
    let keys = Keys {
        id: id.expose().to_owned(),
        secret,
        token,
    };
    let parts = [Some(&id_part), Some(&secret_part), token_part.as_ref()];
    let known = parts.into_iter().flatten().all(|part| matches!(part, Part::Known(_)));
    let credentials: Arc<dyn Credentials> = if known {
        FixedKeys::new(keys)
    } else {
        let files = Arc::new(KeyFiles::new(id_part, secret_part, token_part));
        Arc::new(Renewed::new(files, surroundings.ambient.clone()).holding(keys))
    };
    Some(Found {
        credentials,
        facts: Vec::new(),
    })
}

fn from_environment(
    fields: &Fields<'_>,
    vendor: &dyn Vendor,
    secrets: Source<'_>,
    surroundings: &Surroundings,
) -> Option<Found> {
    // What is set and blank was meant to be something.
    let variable = |name: &str| {
        let value = secrets.environment.get(name).map(str::trim)?;
        let why = hidden::fault_of_key(value);
        if let Some(why) = &why {
            fields.fault("", format!("the environment variable {name} {why}"));
        }
        Some(value).filter(|_| why.is_none())
    };
    let required = |name: &str| {
        if secrets.environment.get(name).is_none() {
            fields.fault("", format!("the environment variable {name} is not set"));
        }
        variable(name)
    };
    let known = vendor.account_fields();
    let fact = |&(name, fact): &(&str, &'static str)| Some((fact, variable(name)?.to_owned()));
    let facts = known.fact_variables.iter().filter_map(fact).collect();
    if let Some(issuer) = vendor.issuer_of_environment(surroundings) {
        return Some(Found {
            credentials: Arc::new(Renewed::new(issuer, surroundings.ambient.clone())),
            facts,
        });
    }
    let [id, secret, token] = known.key_variables;
    let (id, secret, token) = (required(id), required(secret), variable(token));
    let keys = Keys {
        id: id?.to_owned(),
        secret: Secret::new(secret?),
        token: token.map(Secret::new),
    };
    Some(Found {
        credentials: FixedKeys::new(keys),
        facts,
    })
}
