//! `[[account]]`: whose clouds are looked at.

use super::fields::Fields;
use super::secret::Source;
use crate::accounts::{Account, Keys};
use catalog::{Cloud, SERVICES, SOURCES};
use std::collections::{BTreeMap, HashSet};
use url::Url;

/// Kinds of credentials that are planned.
const UNBUILT: [&str; 10] = [
    "default",
    "profile",
    "ram-role",
    "oidc-role",
    "assume-role",
    "uri",
    "agency",
    "assume-agency",
    "oidc-sts",
    "pod-identity",
];

pub(super) fn read_all(top: &mut Fields<'_>, secrets: Source<'_>) -> Vec<Account> {
    let tables = top.tables("account");
    if tables.is_empty() {
        top.fault("account", "there is none: add at least one [[account]]");
    }
    let mut ids = HashSet::new();
    let mut accounts = Vec::new();
    for mut fields in tables {
        let account = read(&mut fields, secrets);
        if let Some(account) = account {
            if !ids.insert(account.id.clone()) {
                fields.fault("id", format!("{:?} is the id of an account before it", account.id));
            }
            accounts.push(account);
        }
        fields.end();
    }
    accounts
}

/// None when a fault has been noted that leaves no account to speak of. The other fields have been looked at all the same.
fn read(fields: &mut Fields<'_>, secrets: Source<'_>) -> Option<Account> {
    let id = fields.required("id").filter(|id| is_id(fields, id));
    let cloud = cloud(fields);
    let regions = regions(fields);
    let endpoints = endpoints(fields, cloud);
    let listed = listed(fields, cloud);
    let domain_id = fields.text("domain_id");
    let mut projects = projects(fields, &regions);
    if cloud == Some(Cloud::ALIBABA) && (domain_id.is_some() || !projects.is_empty()) {
        fields.fault("", "domain_id and projects belong to Huawei accounts");
    }
    let credentials = fields.table("credentials");
    if credentials.is_none() {
        fields.missing("credentials");
    }
    let found = credentials
        .zip(cloud)
        .and_then(|(credentials, cloud)| keys(credentials, cloud, secrets));
    let found = found.map(|found| {
        // The environment knows one project; with several regions it cannot be told which one it belongs to.
        if let (Some(project), [region]) = (found.project, regions.as_slice()) {
            projects.entry(region.clone()).or_insert(project);
        }
        (found.keys, found.domain)
    });
    let (keys, domain) = found?;
    Some(Account {
        id: id?,
        cloud: cloud?,
        regions,
        keys,
        endpoints,
        listed,
        domain_id: domain_id.or(domain),
        projects,
    })
}

/// Ids stand in URLs and comma lists.
fn is_id(fields: &Fields<'_>, id: &str) -> bool {
    let fine = id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !fine {
        fields.fault("id", format!("{id:?} may hold letters, digits, '-', '_' and '.' only"));
    }
    fine
}

fn cloud(fields: &mut Fields<'_>) -> Option<Cloud> {
    let id = fields.required("cloud")?;
    let cloud = catalog::cloud(&id);
    if cloud.is_none() {
        fields.fault("cloud", format!("{id:?} is neither \"alibaba\" nor \"huawei\""));
    }
    cloud
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

fn endpoints(fields: &mut Fields<'_>, cloud: Option<Cloud>) -> BTreeMap<String, String> {
    let mut services: Vec<&str> = Vec::new();
    for service in SERVICES {
        if cloud.is_none_or(|cloud| cloud == service.cloud) && !services.contains(&service.id) {
            services.push(service.id);
        }
    }
    let mut endpoints = BTreeMap::new();
    for (service, address) in fields.texts("endpoints") {
        let place = format!("endpoints.{service}");
        if !services.contains(&service.as_str()) {
            fields.fault(
                &place,
                format!("is not a service of this cloud, which has {}", services.join(", ")),
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
fn is_endpoint(address: &str) -> Result<(), &'static str> {
    let url = Url::parse(&address.replace("{region}", "region"))
        .map_err(|_| "is not a URL such as https://oos-vpc.{region}.aliyuncs.com")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with http:// or https://");
    }
    if !url.has_host() {
        return Err("names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("must end after the host and port");
    }
    Ok(())
}

/// Optional lists of what a source must be asked about. Each belongs to the cloud of its source.
fn listed(fields: &mut Fields<'_>, cloud: Option<Cloud>) -> BTreeMap<&'static str, Vec<String>> {
    let mut found = BTreeMap::new();
    for source in SOURCES {
        let Some(key) = source.fan_out.map(|fan_out| fan_out.key) else {
            continue;
        };
        let Some(list) = fields.list(key) else { continue };
        if cloud.is_some_and(|cloud| cloud != source.cloud()) {
            fields.fault(key, format!("belongs to {} accounts", source.cloud().id));
        }
        found.insert(key, list);
    }
    found
}

fn projects(fields: &mut Fields<'_>, regions: &[String]) -> BTreeMap<String, String> {
    let projects: BTreeMap<_, _> = fields.texts("projects").into_iter().collect();
    for region in projects.keys().filter(|region| !regions.contains(region)) {
        fields.fault("projects", format!("{region:?} is not a region of the account"));
    }
    projects
}

/// What credentials give.
struct Found {
    keys: Keys,
    domain: Option<String>,
    project: Option<String>,
}

fn keys(mut fields: Fields<'_>, cloud: Cloud, secrets: Source<'_>) -> Option<Found> {
    let from = fields.required("from");
    let found = match from.as_deref() {
        Some("static") => fixed(&mut fields, cloud, secrets),
        Some("env") => from_environment(&fields, cloud, secrets),
        Some(kind) => {
            let known = UNBUILT.contains(&kind);
            let state = if known {
                "is not built yet"
            } else {
                "is no kind of credentials"
            };
            fields.fault("from", format!("{kind:?} {state}: there are \"static\" and \"env\""));
            fields.forget();
            return None;
        }
        None => None,
    };
    fields.end();
    found
}

fn fixed(fields: &mut Fields<'_>, cloud: Cloud, secrets: Source<'_>) -> Option<Found> {
    let (id, secret) = if cloud == Cloud::ALIBABA {
        ("access_key_id", "access_key_secret")
    } else {
        ("ak", "sk")
    };
    let id = secrets.required(fields, id);
    let secret = secrets.required(fields, secret);
    let token = secrets.get(fields, "security_token");
    Some(Found {
        keys: pair(cloud, id?.expose(), secret?, token),
        domain: None,
        project: None,
    })
}

fn from_environment(fields: &Fields<'_>, cloud: Cloud, secrets: Source<'_>) -> Option<Found> {
    let [id, secret, token] = if cloud == Cloud::ALIBABA {
        [
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
        ]
    } else {
        [
            "HUAWEICLOUD_SDK_AK",
            "HUAWEICLOUD_SDK_SK",
            "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        ]
    };
    let variable = |name: &str| secrets.environment.get(name).map(str::trim);
    let required = |name: &str| {
        let value = variable(name);
        if value.is_none() {
            fields.fault("", format!("the environment variable {name} is not set"));
        }
        value
    };
    let (id, secret) = (required(id), required(secret));
    let own = |name| {
        if cloud == Cloud::HUAWEI {
            variable(name).map(str::to_owned)
        } else {
            None
        }
    };
    Some(Found {
        keys: pair(
            cloud,
            id?,
            sign::Secret::new(secret?),
            variable(token).map(sign::Secret::new),
        ),
        domain: own("HUAWEICLOUD_SDK_DOMAIN_ID"),
        project: own("HUAWEICLOUD_SDK_PROJECT_ID"),
    })
}

fn pair(cloud: Cloud, id: &str, secret: sign::Secret, security_token: Option<sign::Secret>) -> Keys {
    if cloud == Cloud::ALIBABA {
        Keys::Alibaba(sign::alibaba::Credentials {
            access_key_id: id.to_owned(),
            access_key_secret: secret,
            security_token,
        })
    } else {
        Keys::Huawei(sign::huawei::Credentials {
            ak: id.to_owned(),
            sk: secret,
            security_token,
        })
    }
}
