//! The cloud vendors.

use crate::phase::Phase;
use crate::values::{Label, Value};
use serde::{Serialize, Serializer};
use std::hash::{Hash, Hasher};

/// A cloud vendor: two are the same if their ids are, and it is serialised as its id.
#[derive(Clone, Copy, Debug)]
pub struct Cloud {
    /// The id in configuration, URLs, source ids and rows.
    pub id: &'static str,
    /// What people read.
    pub label: Label,
    /// Where it is on the net: every host and every console that the catalogue names lies below these.
    pub domains: Domains,
}

/// A form of the policies by which a vendor's console lets its customers allow something.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// What the permissions hold, any of these, that are given in this form.
    pub of: &'static [&'static str],
    /// The policy as JSON, with `{permission}` for the permission.
    pub form: &'static str,
}

/// The ends of a vendor's host names, each with its leading dot.
#[derive(Clone, Copy, Debug)]
pub struct Domains {
    /// Of its consoles.
    pub consoles: &'static str,
    /// Of its services.
    pub hosts: &'static [&'static str],
}

/// Every vendor, in the order of the `cloud` column's values.
pub const CLOUDS: &[Cloud] = &[Cloud::ALIBABA, Cloud::HUAWEI];

/// How each vendor lets something be allowed. Not in [`Cloud`]: what only a missing permission needs costs no other visit of the page anything.
const POLICIES: &[(&str, &[Policy])] = &[
    (Cloud::ALIBABA.id, ALIBABA_POLICIES),
    (Cloud::HUAWEI.id, HUAWEI_POLICIES),
];

/// <https://help.aliyun.com/document_detail/93738.html>
const ALIBABA_POLICIES: &[Policy] = &[Policy {
    of: &[":"],
    form: r#"{
  "Version": "1",
  "Statement": [
    { "Effect": "Allow", "Action": ["{permission}"], "Resource": "*" }
  ]
}"#,
}];

/// <https://support.huaweicloud.com/usermanual-iam/iam_01_0017.html>; identity policies: <https://support.huaweicloud.com/usermanual-iam5/iam_02_0107.html>,
/// those of Organizations: <https://support.huaweicloud.com/intl/en-us/api-organizations/org_04_0033.html>
const HUAWEI_POLICIES: &[Policy] = &[
    Policy {
        of: &["::", "organizations:"],
        form: r#"{
  "Version": "5.0",
  "Statement": [
    { "Effect": "Allow", "Action": ["{permission}"], "Resource": ["*"] }
  ]
}"#,
    },
    Policy {
        of: &[":"],
        form: r#"{
  "Version": "1.1",
  "Statement": [
    { "Effect": "Allow", "Action": ["{permission}"] }
  ]
}"#,
    },
];

/// The vendor with an id.
pub fn cloud(id: &str) -> Option<Cloud> {
    CLOUDS.iter().copied().find(|cloud| cloud.id == id)
}

/// The documented values of the `cloud` column.
pub(crate) const VALUES: &[Value] = &{
    let mut values = [Cloud::ALIBABA.value(); CLOUDS.len()];
    let mut at = 0;
    while at < values.len() {
        values[at] = CLOUDS[at].value();
        at += 1;
    }
    values
};

impl Cloud {
    /// Alibaba Cloud, both sites (aliyun.com and alibabacloud.com).
    pub const ALIBABA: Self = Self {
        id: "alibaba",
        label: Label {
            en: "Alibaba Cloud",
            zh: "阿里云",
        },
        domains: Domains {
            consoles: ".aliyun.com",
            hosts: &[".aliyuncs.com"],
        },
    };

    /// Huawei Cloud, all sites.
    pub const HUAWEI: Self = Self {
        id: "huawei",
        label: Label {
            en: "Huawei Cloud",
            zh: "华为云",
        },
        domains: Domains {
            consoles: ".huaweicloud.com",
            hosts: &[".myhuaweicloud.com", ".myhuaweicloud.eu"],
        },
    };

    /// How it lets something be allowed.
    pub fn policies(self) -> &'static [Policy] {
        let own = POLICIES.iter().find(|(id, _)| *id == self.id);
        own.map_or(&[], |(_, policies)| policies)
    }

    /// The policy that gives a permission, as JSON for the vendor's console.
    pub fn policy(self, permission: &str) -> Option<String> {
        let is_of = |policy: &&Policy| policy.of.iter().any(|part| permission.contains(part));
        let policy = self.policies().iter().find(is_of)?;
        Some(policy.form.replace("{permission}", permission))
    }

    const fn value(self) -> Value {
        Value {
            value: self.id,
            label: self.label,
            phase: Phase::Unknown,
        }
    }
}

impl PartialEq for Cloud {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Cloud {}

impl Hash for Cloud {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Serialize for Cloud {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}
