//! Which host of a service answers for a region.

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
