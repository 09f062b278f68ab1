//! The services of the clouds: where each answers, in which version, and what its requests are signed for.

use crate::clouds::Cloud;
use crate::endpoints::{Endpoints, Site};

/// A service of a cloud.
#[derive(Debug)]
pub struct Service {
    /// The key in an account's `endpoints`, and the middle of a source id.
    pub id: &'static str,
    /// Whose it is.
    pub cloud: Cloud,
    /// Which host answers.
    pub hosts: Endpoints,
    /// API version, as the vendor's requests name it beside the path; empty where the path holds it.
    pub version: &'static str,
    /// What its requests are signed for.
    pub signing: Signing,
}

/// What a request is signed for, beside the account's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Nothing: the keys say it all.
    KeysOnly,
    /// The id of the project that belongs to the region.
    RegionProject,
    /// The id of the vendor's account ("domain") that the keys belong to.
    AccountDomain,
}

/// ACK, Kubernetes clusters. A central host answers for a few regions. Hosts and version:
/// <https://api.alibabacloud.com/product/CS>.
pub static ALIBABA_CS: Service = Service {
    id: "cs",
    cloud: Cloud::ALIBABA,
    hosts: Endpoints::Regional {
        pattern: "cs.{region}.aliyuncs.com",
        odd: &[
            ("cn-wuhan", "cs.aliyuncs.com"),
            ("cn-zhangbei", "cs.aliyuncs.com"),
            ("cn-edge-1", "cs.aliyuncs.com"),
            ("cn-north-2-gov-1", "cs.aliyuncs.com"),
        ],
    },
    version: "2015-12-15",
    signing: Signing::KeysOnly,
};

/// Security Center, whose hosts are named `tds`. It has a Chinese and an international site; Hong Kong belongs to the Chinese one.
pub static ALIBABA_SAS: Service = Service {
    id: "sas",
    cloud: Cloud::ALIBABA,
    hosts: Endpoints::Sites(&[
        Site {
            region: "cn-shanghai",
            host: "tds.cn-shanghai.aliyuncs.com",
            serves: |region| region.starts_with("cn-"),
        },
        Site {
            region: "ap-southeast-1",
            host: "tds.ap-southeast-1.aliyuncs.com",
            serves: |_| true,
        },
    ]),
    version: "2018-12-03",
    signing: Signing::KeysOnly,
};

/// OOS, patches and other jobs on instances.
pub static ALIBABA_OOS: Service = Service {
    id: "oos",
    cloud: Cloud::ALIBABA,
    hosts: Endpoints::Regional {
        pattern: "oos.{region}.aliyuncs.com",
        odd: &[],
    },
    version: "2019-06-01",
    signing: Signing::KeysOnly,
};

/// STS, temporary keys.
pub static ALIBABA_STS: Service = Service {
    id: "sts",
    cloud: Cloud::ALIBABA,
    hosts: Endpoints::Regional {
        pattern: "sts.{region}.aliyuncs.com",
        odd: &[],
    },
    version: "2015-04-01",
    signing: Signing::KeysOnly,
};

/// COC, one instance a site. The international host has a hyphen; the dotted name answers with the Chinese site's empty list.
pub static HUAWEI_COC: Service = Service {
    id: "coc",
    cloud: Cloud::HUAWEI,
    hosts: Endpoints::Sites(&[
        Site {
            region: "cn-north-4",
            host: "coc.myhuaweicloud.com",
            serves: |region| region.starts_with("cn-"),
        },
        Site {
            region: "eu-west-101",
            host: "coc-eu-west-101-open-api.myhuaweicloud.eu",
            serves: |region| region == "eu-west-101",
        },
        Site {
            region: "ap-southeast-3",
            host: "coc-intl.myhuaweicloud.com",
            serves: |_| true,
        },
    ]),
    version: "",
    signing: Signing::AccountDomain,
};

/// RFS, stacks and stack sets (AOS in the SDKs). The European site is still under the service's old name.
pub static HUAWEI_RFS: Service = Service {
    id: "rfs",
    cloud: Cloud::HUAWEI,
    hosts: Endpoints::Regional {
        pattern: "rfs.{region}.myhuaweicloud.com",
        odd: &[("eu-west-101", "aos.myhuaweicloud.eu")],
    },
    version: "",
    signing: Signing::RegionProject,
};

/// IAM, which knows the ids of projects and domains, so it must be asked without them. The European site has a domain of its own.
pub static HUAWEI_IAM: Service = Service {
    id: "iam",
    cloud: Cloud::HUAWEI,
    hosts: Endpoints::Regional {
        pattern: "iam.{region}.myhuaweicloud.com",
        odd: &[("eu-west-101", "iam.eu-west-101.myhuaweicloud.eu")],
    },
    version: "",
    signing: Signing::KeysOnly,
};

/// STS, temporary keys.
pub static HUAWEI_STS: Service = Service {
    id: "sts",
    cloud: Cloud::HUAWEI,
    hosts: Endpoints::Regional {
        pattern: "sts.{region}.myhuaweicloud.com",
        odd: &[("eu-west-101", "sts.eu-west-101.myhuaweicloud.eu")],
    },
    version: "",
    signing: Signing::KeysOnly,
};

/// Resource Directory, which knows the accounts of an enterprise. Hosts:
/// <https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-endpoint>.
pub static ALIBABA_RESOURCE_DIRECTORY: Service = Service {
    id: "resourcedirectory",
    cloud: Cloud::ALIBABA,
    hosts: Endpoints::Sites(&[
        Site {
            region: "cn-shanghai",
            host: "resourcedirectory.aliyuncs.com",
            serves: |region| region.starts_with("cn-"),
        },
        Site {
            region: "ap-southeast-1",
            host: "resourcedirectory-intl.aliyuncs.com",
            serves: |_| true,
        },
    ]),
    version: "2022-04-19",
    signing: Signing::KeysOnly,
};

/// Organizations, which knows the accounts of an enterprise: one host for all regions,
/// <https://support.huaweicloud.com/intl/en-us/api-organizations/org_04_0013.html>.
pub static HUAWEI_ORGANIZATIONS: Service = Service {
    id: "organizations",
    cloud: Cloud::HUAWEI,
    hosts: Endpoints::Sites(&[Site {
        region: "cn-north-4",
        host: "organizations.myhuaweicloud.com",
        serves: |_| true,
    }]),
    version: "",
    signing: Signing::AccountDomain,
};

/// Every service that an account's `endpoints` may name, cloud by cloud.
pub const SERVICES: &[&Service] = &[
    &ALIBABA_CS,
    &ALIBABA_SAS,
    &ALIBABA_OOS,
    &ALIBABA_STS,
    &ALIBABA_RESOURCE_DIRECTORY,
    &HUAWEI_COC,
    &HUAWEI_RFS,
    &HUAWEI_IAM,
    &HUAWEI_STS,
    &HUAWEI_ORGANIZATIONS,
];

impl Cloud {
    /// The vendor's services.
    pub fn services(self) -> impl Iterator<Item = &'static Service> {
        SERVICES.iter().copied().filter(move |service| service.cloud == self)
    }
}
