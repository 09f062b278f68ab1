//! What rows are about: clusters, instances, documents, stack sets. Which columns name them, and where the clouds' own consoles show them.

use crate::values::Label;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A kind of resource that rows of one or more tables are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A Kubernetes cluster.
    Cluster,
    /// A node pool of a cluster.
    NodePool,
    /// A server, by whatever id or name a service knows it.
    Instance,
    /// A patch baseline.
    Baseline,
    /// A document that jobs execute.
    Document,
    /// A stack set, by id or name.
    StackSet,
}

impl ResourceKind {
    /// All kinds, those that hold others first.
    pub const ALL: [Self; 6] = [
        Self::Cluster,
        Self::NodePool,
        Self::Instance,
        Self::Baseline,
        Self::Document,
        Self::StackSet,
    ];

    /// The machine id, for the page's attributes.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::NodePool => "node-pool",
            Self::Instance => "instance",
            Self::Baseline => "baseline",
            Self::Document => "document",
            Self::StackSet => "stack-set",
        }
    }

    /// What people read.
    pub const fn label(self) -> Label {
        let (en, zh) = match self {
            Self::Cluster => ("Cluster", "集群"),
            Self::NodePool => ("Node pool", "节点池"),
            Self::Instance => ("Instance", "实例"),
            Self::Baseline => ("Patch baseline", "补丁基线"),
            Self::Document => ("Job document", "作业文档"),
            Self::StackSet => ("Stack set", "资源栈集"),
        };
        Label { en, zh }
    }
}

/// A column whose values name a resource.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Column id.
    pub column: &'static str,
    /// What it names.
    pub kind: ResourceKind,
    /// Only in rows where another column has a value: (column id, value).
    pub when: Option<(&'static str, &'static str)>,
    /// Columns that hold other names and addresses of the same resource.
    pub names: &'static [&'static str],
}

impl Reference {
    /// The same, in rows where `column` has `value`.
    pub const fn when(self, column: &'static str, value: &'static str) -> Self {
        Self {
            when: Some((column, value)),
            ..self
        }
    }

    /// The same, with columns that hold other names of the resource.
    pub const fn named(self, names: &'static [&'static str]) -> Self {
        Self { names, ..self }
    }
}

/// A column whose values name a resource.
pub const fn reference(column: &'static str, kind: ResourceKind) -> Reference {
    Reference {
        column,
        kind,
        when: None,
        names: &[],
    }
}

/// A page of a cloud's own console that shows a resource.
#[derive(Debug)]
pub struct Console {
    /// What it can show.
    pub kinds: &'static [ResourceKind],
    /// The console's name.
    pub label: Label,
    /// Where it is. The first that holds for a region counts.
    pub sites: &'static [ConsoleSite],
}

/// Which regions are at which address. `{region}` and `{id}` are replaced in it; an address without `{id}` is where one begins to look.
pub type ConsoleSite = (fn(&str) -> bool, &'static str);

/// What is percent-encoded in an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// For consoles that are one for all regions.
pub const EVERYWHERE: fn(&str) -> bool = |_| true;

impl Console {
    /// The address that shows the resource with an id. `region` is the resource's own; `None` where it is not known, and then only an address that
    /// does not name it will do.
    #[expect(
        clippy::inline_always,
        reason = "two parts of the page need it, and what they share is a file more"
    )]
    #[inline(always)]
    pub fn address(&self, region: Option<&str>, id: &str) -> Option<String> {
        let (_, pattern) = self
            .sites
            .iter()
            .find(|(serves, _)| serves(region.unwrap_or_default()))?;
        if pattern.contains("{region}") && region.is_none() {
            return None;
        }
        let region = encoded(region.unwrap_or_default());
        Some(pattern.replace("{region}", &region).replace("{id}", &encoded(id)))
    }
}

/// A text as one segment of an address. Whatever could begin another segment, a query or a fragment is percent-encoded, dots too.
#[expect(
    clippy::inline_always,
    reason = "two parts of the page need it, and what they share is a file more"
)]
#[inline(always)]
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Console, EVERYWHERE, ResourceKind};
    use crate::values::Label;

    const CONSOLE: Console = Console {
        kinds: &[ResourceKind::Instance],
        label: Label { en: "C", zh: "C" },
        sites: &[
            (|region| region.starts_with("cn-"), "https://c.example/{region}/{id}"),
            (EVERYWHERE, "https://intl.example/{id}"),
        ],
    };

    #[test]
    fn ids_cannot_leave_their_place() {
        assert_eq!(
            CONSOLE.address(Some("cn-x"), "i-1/../?a=b#{region} 实").unwrap(),
            "https://c.example/cn-x/i-1%2F%2E%2E%2F%3Fa%3Db%23%7Bregion%7D%20%E5%AE%9E"
        );
    }

    #[test]
    fn an_unknown_region_needs_an_address_without() {
        assert_eq!(CONSOLE.address(None, "i-1").unwrap(), "https://intl.example/i-1");
        let regional = Console {
            sites: &[(EVERYWHERE, "https://c.example/{region}/{id}")],
            ..CONSOLE
        };
        assert_eq!(regional.address(None, "i-1"), None);
    }
}
