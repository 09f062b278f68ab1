//! `[[account]]`: whose clouds are looked at.

use super::account_set;
use super::credentials::{self, Around, Found};
use super::fields::Fields;
use super::meant;
use super::secret::Source;
use crate::account_sets::{AccountSet, Discover, Of};
use crate::accounts::{Account, Labels};
use crate::credentials::Surroundings;
use crate::vendors::{ENDPOINT_EXAMPLE, FactKey, METADATA, Vendor};
use std::collections::{BTreeMap, HashSet};
use url::Url;

/// The vendors that there are.
type Vendors = [&'static dyn Vendor];

/// One `[[account]]`.
struct Read {
    account: Account,
    /// Where it is many.
    many: Option<(Discover, Surroundings)>,
}

/// Accounts, and account sets.
pub(super) fn read_all(
    top: &mut Fields<'_>,
    secrets: Source<'_>,
    vendors: &Vendors,
) -> (Vec<Account>, Vec<AccountSet>) {
    let tables = top.tables("account");
    if tables.is_empty() {
        top.fault("account", "there is none: add at least one [[account]]");
    }
    let mut ids = HashSet::new();
    let (mut accounts, mut sets) = (Vec::new(), Vec::new());
    let around = Around::new(secrets, vendors);
    for (index, mut fields) in tables.into_iter().enumerate() {
        let (text, mark) = (fields.said(), secrets.notes.mark());
        let read = read(&mut fields, &around);
        if let Some(Read { mut account, many }) = read {
            account.said = Some(secrets.notes.said(&text, mark));
            if !ids.insert(account.id.clone()) {
                fields.fault("id", format!("{:?} is the id of an account before it", account.id));
            }
            match many {
                Some(many) => sets.push((index, account, many)),
                None => accounts.push(account),
            }
        }
        fields.end();
    }
    for (index, account, _) in &sets {
        let within = sets
            .iter()
            .find(|(_, other, _)| account.id.starts_with(&format!("{}-", other.id)));
        if let Some((_, other, _)) = within {
            let why = format!(
                "{:?} begins like the members of {:?}: an account of both could have one id",
                account.id, other.id
            );
            top.fault_at(format!("account[{index}].id"), why);
        }
    }
    let taken: HashSet<String> = accounts.iter().map(|account| account.id.clone()).collect();
    let sets = sets.into_iter().map(|(_, account, (discover, surroundings))| {
        AccountSet::new(Of {
            account,
            discover,
            surroundings,
            taken: taken.clone(),
        })
    });
    let sets = sets.collect();
    (accounts, sets)
}

/// None when a fault has been noted that leaves no account to speak of. The other fields have been looked at all the same.
fn read(fields: &mut Fields<'_>, around: &Around<'_>) -> Option<Read> {
    let vendors = around.vendors;
    let id = fields.required("id").filter(|id| is_id(fields, id));
    let vendor = vendor(fields, vendors);
    let regions = regions(fields);
    let endpoints = endpoints(fields, vendor, vendors);
    // The account's own vendor first: others may have fields of the same name, which are then taken.
    let mut others: Vec<_> = vendors.to_vec();
    others.sort_by_key(|other| vendor.is_some_and(|vendor| !same(vendor, *other)));
    let mut listed = BTreeMap::new();
    let mut facts = Vec::new();
    for other in others {
        let (some_listed, some_facts) = own(fields, other, vendor, &regions);
        listed.extend(some_listed);
        facts.extend(some_facts);
    }
    let labels = Labels {
        env: fields.id("env"),
        team: fields.id("team"),
    };
    let is_many = fields.has("discover");
    let discover = fields.table("discover");
    if is_many {
        of_one(fields, &listed, &facts, vendors);
    }
    let table = fields.table("credentials");
    if table.is_none() {
        fields.missing("credentials");
    }
    let surroundings = around.surroundings(id.as_deref(), &regions, &endpoints);
    let discover = discover
        .zip(vendor)
        .and_then(|(table, vendor)| account_set::read(table, vendor, around, &surroundings));
    let found = table
        .zip(vendor)
        .and_then(|(table, vendor)| credentials::read(table, vendor, around, &surroundings));
    let Found {
        credentials,
        facts: told,
    } = found?;
    if let Some(id) = &id {
        credentials.count_for(id);
    }
    let mut account = Account::new(id?, vendor?, regions, credentials);
    account.endpoints = endpoints;
    account.listed = listed;
    account.labels = labels;
    for (key, value) in facts {
        account.facts.tell(key, value);
    }
    for (name, value) in told {
        let known = account.vendor.account_fields();
        let regional = known.regional_facts.iter().any(|(_, fact)| *fact == name);
        let region = match account.regions.as_slice() {
            _ if !regional => None,
            [region] => Some(region.clone()),
            // The environment knows one; with several regions it cannot be told which one it belongs to.
            _ => continue,
        };
        account.facts.tell(FactKey { name, region }, value);
    }
    if is_many && discover.is_none() {
        return None;
    }
    let many = discover.map(|discover| (discover, surroundings));
    Some(Read { account, many })
}

/// Notes what can be said of one account alone, where there are many.
fn of_one(
    fields: &Fields<'_>,
    listed: &BTreeMap<&'static str, Vec<String>>,
    facts: &[(FactKey, String)],
    vendors: &Vendors,
) {
    let regional = vendors.iter().flat_map(|vendor| vendor.account_fields().regional_facts);
    let regional = regional.filter(|(_, name)| facts.iter().any(|(key, _)| key.name == *name && key.region.is_some()));
    for name in listed.keys().chain(regional.map(|(field, _)| field)) {
        fields.fault(
            name,
            "is another in each account: leave it out where there is `discover`",
        );
    }
}

fn same(one: &dyn Vendor, other: &dyn Vendor) -> bool {
    one.cloud() == other.cloud()
}

/// Ids by the key of their fan-out, and facts.
type Own = (BTreeMap<&'static str, Vec<String>>, Vec<(FactKey, String)>);

/// Takes the fields that only accounts of `owner` have. In an account of another vendor they are faults; while its vendor is not known, they
/// are not.
fn own(fields: &mut Fields<'_>, owner: &dyn Vendor, vendor: Option<&dyn Vendor>, regions: &[String]) -> Own {
    let foreign = vendor.is_some_and(|vendor| !same(vendor, owner));
    let known = owner.account_fields();
    let mut listed = BTreeMap::new();
    for &name in known.lists {
        let Some(list) = fields.list(name) else { continue };
        if foreign {
            fields.fault(name, format!("belongs to {} accounts", owner.cloud().id));
        }
        listed.insert(name, list);
    }
    let mut facts = Vec::new();
    for &(field, name) in known.facts {
        facts.extend(fields.id(field).map(|value| (FactKey { name, region: None }, value)));
    }
    for &(field, name) in known.regional_facts {
        for (region, value) in fields.texts(field) {
            if !regions.contains(&region) {
                fields.fault(field, format!("{region:?} is not a region of the account"));
            }
            let region = Some(region);
            facts.push((FactKey { name, region }, value));
        }
    }
    if !foreign {
        return (listed, facts);
    }
    if !facts.is_empty() {
        let names = known.facts.iter().chain(known.regional_facts);
        let names: Vec<_> = names.map(|(field, _)| *field).collect();
        fields.fault(
            "",
            format!("{} belong to {} accounts", names.join(" and "), owner.name()),
        );
    }
    Own::default()
}

/// Ids stand in URLs and comma lists.
fn is_id(fields: &Fields<'_>, id: &str) -> bool {
    let fine = id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !fine {
        fields.fault("id", format!("{id:?} may hold letters, digits, '-', '_' and '.' only"));
    }
    fine
}

fn vendor(fields: &mut Fields<'_>, vendors: &Vendors) -> Option<&'static dyn Vendor> {
    let cloud = fields.required("cloud")?;
    let vendor = vendors.iter().copied().find(|vendor| vendor.cloud().id == cloud);
    if vendor.is_none() {
        let known: Vec<_> = vendors
            .iter()
            .map(|vendor| format!("{:?}", vendor.cloud().id))
            .collect();
        let hint = meant::hint(&cloud, vendors.iter().map(|vendor| vendor.cloud().id));
        fields.fault("cloud", format!("{cloud:?} is neither {}{hint}", known.join(" nor ")));
    }
    vendor
}

fn regions(fields: &mut Fields<'_>) -> Vec<String> {
    let Some(named) = fields.list("regions") else {
        fields.missing("regions");
        return Vec::new();
    };
    let mut regions: Vec<String> = Vec::new();
    for (index, region) in named.into_iter().enumerate() {
        let place = format!("regions[{index}]");
        if !is_region(&region) {
            fields.fault(
                &place,
                format!("{region:?} is not a region id such as cn-hangzhou: only a-z, 0-9 and '-'"),
            );
        } else if regions.contains(&region) {
            fields.fault(&place, format!("{region:?} is there twice"));
        } else {
            regions.push(region);
        }
    }
    regions
}

/// A region becomes part of a host name: it holds nothing that could end the name.
fn is_region(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 63
        && text.bytes().all(|byte| inner(byte) || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn endpoints(fields: &mut Fields<'_>, vendor: Option<&dyn Vendor>, vendors: &Vendors) -> BTreeMap<String, String> {
    let mut services: Vec<&str> = Vec::new();
    for of in vendors
        .iter()
        .filter(|of| vendor.is_none_or(|vendor| same(vendor, **of)))
    {
        for service in of.services() {
            if !services.contains(&service.id) {
                services.push(service.id);
            }
        }
        if of.metadata().is_some() && !services.contains(&METADATA) {
            services.push(METADATA);
        }
    }
    let mut endpoints = BTreeMap::new();
    for (service, address) in fields.texts("endpoints") {
        let place = format!("endpoints.{service}");
        if !services.contains(&service.as_str()) {
            fields.fault(
                &place,
                format!(
                    "is not a service of this cloud, which has {}{}",
                    services.join(", "),
                    meant::hint(&service, services.iter().copied())
                ),
            );
        }
        match is_endpoint(&address) {
            Ok(()) => _ = endpoints.insert(service, address),
            Err(why) => fields.fault(&place, format!("{address:?} {why}")),
        }
    }
    endpoints
}

/// Scheme, host and port, and nothing that a signed request could carry to the wrong place.
fn is_endpoint(address: &str) -> Result<(), String> {
    let url = Url::parse(&address.replace("{region}", "region"))
        .map_err(|_| format!("is not a URL such as {ENDPOINT_EXAMPLE}"))?;
    let wrong = if !matches!(url.scheme(), "http" | "https") {
        "must begin with http:// or https://"
    } else if !url.has_host() {
        "names no host"
    } else if !url.username().is_empty() || url.password().is_some() {
        "must not hold a user name or password"
    } else if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        "must end after the host and port"
    } else {
        return Ok(());
    };
    Err(wrong.to_owned())
}
