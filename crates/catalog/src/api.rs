//! How a list API is asked: operation, host, parameters, paging, signing.

use serde::Serialize;

/// A cloud vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// Alibaba Cloud, both sites (aliyun.com and alibabacloud.com).
    Alibaba,
    /// Huawei Cloud, all sites.
    Huawei,
}

impl Cloud {
    /// The id in configuration, URLs and rows: `alibaba` or `huawei`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Alibaba => "alibaba",
            Self::Huawei => "huawei",
        }
    }
}

/// A service of a cloud, as named in an account's `endpoints` and in the middle of a source id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// Alibaba Container Service (ACK).
    Cs,
    /// Alibaba Security Center. Its hosts are named `tds`.
    Sas,
    /// Alibaba Operation Orchestration Service (OOS).
    Oos,
    /// Huawei Cloud Operations Center.
    Coc,
    /// Huawei Resource Formation Service (AOS in its SDKs).
    Rfs,
}

impl Service {
    /// The key in an account's `endpoints`: `cs`, `sas`, `oos`, `coc`, `rfs`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cs => "cs",
            Self::Sas => "sas",
            Self::Oos => "oos",
            Self::Coc => "coc",
            Self::Rfs => "rfs",
        }
    }
}

/// One read-only operation of a cloud: everything needed to build its request but account, region and cursor.
#[derive(Debug)]
pub struct Call {
    /// The vendor's name of the operation. Always a read: `List…` or `Describe…`.
    pub action: &'static str,
    /// The service that answers, which names the endpoint.
    pub service: Service,
    /// `GET` or `POST` (Alibaba's RPC style reads by POST with an empty body).
    pub method: &'static str,
    /// The absolute path, segment by segment. Empty is `/`.
    pub path: &'static [Part],
    /// Parameters in query and headers, besides those of paging.
    pub params: &'static [Param],
    /// Which host answers.
    pub endpoints: Endpoints,
    /// Signature scheme and its scope.
    pub signing: Signing,
    /// How the list continues.
    pub paging: Paging,
    /// The field of the answer's top-level object that holds the items. Absent or null means an empty list.
    pub items: &'static str,
    /// The permission that the credentials need, as the vendor writes it in a policy.
    pub permission: &'static str,
    /// The vendor's page of the operation.
    pub doc: &'static str,
}

/// A path segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Is(&'static str),
    /// An argument, percent-encoded as exactly one segment.
    Of(Arg),
}

/// A value that differs from call to call. There is no argument that a user of the page can fill freely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// The target's region id.
    Region,
    /// The cluster ids of this call, a list.
    Clusters,
    /// The stack set name of this call.
    StackSet,
    /// A fresh unique id for this attempt.
    RequestId,
}

/// A parameter outside the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// `name=value` in the query.
    Query(&'static str, Arg),
    /// `name.1=…&name.2=…` in the query, for list arguments (Alibaba RPC).
    QueryIndexed(&'static str, Arg),
    /// `name=value` in the query, always the same.
    Fixed(&'static str, &'static str),
    /// A request header.
    Header(&'static str, Arg),
}

/// Which host answers for a region.
#[derive(Clone, Copy, Debug)]
pub enum Endpoints {
    /// One host a region: `pattern` with `{region}` replaced, but for the `odd` ones (region, host).
    Regional {
        /// For example `oos.{region}.aliyuncs.com`.
        pattern: &'static str,
        /// Regions whose host does not follow the pattern.
        odd: &'static [(&'static str, &'static str)],
    },
    /// A few sites, each of which answers for the whole account.
    Sites(&'static [Site]),
}

impl Endpoints {
    /// The host that answers for `region`. For [`Endpoints::Sites`] any region that the site serves may be given.
    pub fn host(&self, region: &str) -> String {
        match self {
            Self::Regional { pattern, odd } => odd
                .iter()
                .find(|(name, _)| *name == region)
                .map_or_else(|| pattern.replace("{region}", region), |(_, host)| (*host).to_owned()),
            Self::Sites(_) => self.site(region).map(|site| site.host.to_owned()).unwrap_or_default(),
        }
    }

    /// The site that serves `region`, if this service has sites.
    pub fn site(&self, region: &str) -> Option<&'static Site> {
        match self {
            Self::Regional { .. } => None,
            Self::Sites(sites) => sites.iter().find(|site| (site.serves)(region)),
        }
    }

    /// The regions that targets of this service carry, for an account configured with `regions`: the regions themselves, or those of
    /// the sites that serve at least one of them. Order follows the configuration, without repeats.
    pub fn target_regions<'a>(&self, regions: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        for region in regions {
            let target = self.site(region).map_or(region, |site| site.region);
            if !found.contains(&target) {
                found.push(target);
            }
        }
        found
    }
}

/// A host that answers for a whole account, or for its half on one site of the vendor.
#[derive(Debug)]
pub struct Site {
    /// The region that the host stands in, shown as the rows' region.
    pub region: &'static str,
    /// The public host name.
    pub host: &'static str,
    /// Whether resources in a region are known to this site.
    pub serves: fn(&str) -> bool,
}

/// Whether a source is asked once per region or once per site of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One target per configured region.
    Region,
    /// One target per site that serves a configured region; see [`Site`].
    Account,
}

/// Signature scheme, with what must be said in headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// ACS3-HMAC-SHA256 with `x-acs-action` (the call's `action`) and this `x-acs-version`.
    Acs3 {
        /// API version, a date.
        version: &'static str,
    },
    /// SDK-HMAC-SHA256 with `X-Project-Id` of the target's region.
    HuaweiProject,
    /// SDK-HMAC-SHA256 with `X-Domain-Id` of the account.
    HuaweiDomain,
}

/// How a list continues. Sizes are items a page, as asked for; clouds may return fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// All at once. With `cap`, the cloud returns that many at most and does not say whether it cut the list.
    None {
        /// The cloud's limit, if there is one.
        cap: Option<u32>,
    },
    /// An opaque token or marker. The list ends when the answer's is absent, null, empty, `"null"` or `"-"`.
    Cursor {
        /// Query parameter that carries the cursor.
        send: &'static str,
        /// Where the next cursor stands in the answer.
        read: &'static [&'static str],
        /// Query parameter and value of the page size.
        size: (&'static str, u32),
        /// Bound on pages, against a cloud that never ends.
        max_pages: u32,
    },
    /// Row offset, until `total` rows or an empty page.
    Offset {
        /// Query parameter that carries the offset.
        send: &'static str,
        /// Query parameter and value of the page size.
        size: (&'static str, u32),
        /// Where the answer's total stands.
        total: &'static [&'static str],
    },
    /// Page number from 1, until `total` rows or an empty page.
    Page {
        /// Query parameter that carries the number.
        send: &'static str,
        /// Query parameter and value of the page size.
        size: (&'static str, u32),
        /// Where the answer's total stands.
        total: &'static [&'static str],
    },
}

/// Bound on pages of a walk where the API's own file does not say otherwise.
pub const MAX_PAGES: u32 = 2_000;

impl Paging {
    /// The most pages that a walk may ask for.
    pub const fn max_pages(self) -> u32 {
        match self {
            Self::None { .. } => 1,
            Self::Cursor { max_pages, .. } => max_pages,
            Self::Offset { .. } | Self::Page { .. } => MAX_PAGES,
        }
    }
}

/// Whether one target needs several walks, over something that must be known or discovered first.
#[derive(Clone, Copy, Debug)]
pub enum Vary {
    /// One walk.
    Once,
    /// One walk per chunk of at most `chunk` cluster ids.
    Clusters {
        /// Ids a request.
        chunk: usize,
        /// Finds the ids when the account does not list them.
        discovery: &'static crate::Discovery,
    },
    /// One walk per stack set.
    StackSets {
        /// Finds the names when the account does not list them.
        discovery: &'static crate::Discovery,
    },
}
