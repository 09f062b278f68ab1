//! The services that are simulated, and the operations they know.

use std::fmt;

/// A cloud vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// Alibaba Cloud.
    Alibaba,
    /// Huawei Cloud.
    Huawei,
}

impl Cloud {
    /// The word for it in the configuration: `alibaba` or `huawei`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alibaba => "alibaba",
            Self::Huawei => "huawei",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A simulated service; each has a listener of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Cs,
    Sas,
    Oos,
    Sts,
    ResourceDirectory,
    AlibabaMetadata,
    AlibabaBroker,
    Coc,
    Rfs,
    Iam,
    HuaweiSts,
    Organizations,
    HuaweiMetadata,
    HuaweiPods,
}

impl Service {
    pub(crate) const ALL: [Self; 14] = [
        Self::Cs,
        Self::Sas,
        Self::Oos,
        Self::Sts,
        Self::ResourceDirectory,
        Self::AlibabaMetadata,
        Self::AlibabaBroker,
        Self::Coc,
        Self::Rfs,
        Self::Iam,
        Self::HuaweiSts,
        Self::Organizations,
        Self::HuaweiMetadata,
        Self::HuaweiPods,
    ];

    pub(crate) const fn cloud(self) -> Cloud {
        match self {
            Self::Cs
            | Self::Sas
            | Self::Oos
            | Self::Sts
            | Self::ResourceDirectory
            | Self::AlibabaMetadata
            | Self::AlibabaBroker => Cloud::Alibaba,
            Self::Coc
            | Self::Rfs
            | Self::Iam
            | Self::HuaweiSts
            | Self::Organizations
            | Self::HuaweiMetadata
            | Self::HuaweiPods => Cloud::Huawei,
        }
    }

    /// Name with the cloud before it, as in the list of end points.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cs => "alibaba.cs",
            Self::Sas => "alibaba.sas",
            Self::Oos => "alibaba.oos",
            Self::Sts => "alibaba.sts",
            Self::ResourceDirectory => "alibaba.resourcedirectory",
            Self::AlibabaMetadata => "alibaba.metadata",
            Self::AlibabaBroker => "alibaba.broker",
            Self::Coc => "huawei.coc",
            Self::Rfs => "huawei.rfs",
            Self::Iam => "huawei.iam",
            Self::HuaweiSts => "huawei.sts",
            Self::Organizations => "huawei.organizations",
            Self::HuaweiMetadata => "huawei.metadata",
            Self::HuaweiPods => "huawei.pods",
        }
    }

    /// Name without the cloud, as in fault selectors.
    pub(crate) fn short(self) -> &'static str {
        self.name().split('.').next_back().unwrap_or_default()
    }

    /// Version that the header `x-acs-version` must name; empty where the version is in the path, or there is none.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Cs => "2015-12-15",
            Self::Sas => "2018-12-03",
            Self::Oos => "2019-06-01",
            Self::Sts => "2015-04-01",
            Self::ResourceDirectory => "2022-04-19",
            Self::AlibabaMetadata
            | Self::AlibabaBroker
            | Self::Coc
            | Self::Rfs
            | Self::Iam
            | Self::HuaweiSts
            | Self::Organizations
            | Self::HuaweiMetadata
            | Self::HuaweiPods => "",
        }
    }
}

/// An operation that is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    ListOperationPlansForRegion,
    DescribeClustersV1,
    ListClusterPluginInfo,
    ListInstancePatchStates,
    AssumeRole,
    AssumeRoleWithOidc,
    GetCallerIdentity,
    /// The accounts of an enterprise at Alibaba.
    ListAccounts,
    /// The accounts of an enterprise at Huawei.
    ListOrganizationAccounts,
    /// Those with their tags.
    ListResourceInstances,
    ListExecutions,
    ListStackSets,
    ListStackSetOperations,
    ListProjects,
    ListDomains,
    /// IAM's older way to assume an agency.
    AgencyKeys,
    /// An identity provider's token for one of IAM.
    IdentityToken,
    /// Keys for a token of IAM.
    TokenKeys,
    AssumeAgency,
    AssumeAgencyWithOidc,
    HuaweiCallerIdentity,
    /// What questions to a machine's metadata must carry.
    MetadataToken,
    /// The name of a machine's role.
    MachineRole,
    /// A machine's keys.
    MachineKeys,
    /// What a credentials URI leads to.
    BrokerKeys,
    /// A pod's keys.
    PodKeys,
}

impl Action {
    /// The vendor's name of it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ListOperationPlansForRegion => "ListOperationPlansForRegion",
            Self::DescribeClustersV1 => "DescribeClustersV1",
            Self::ListClusterPluginInfo => "ListClusterPluginInfo",
            Self::ListInstancePatchStates => "ListInstancePatchStates",
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithOidc => "AssumeRoleWithOIDC",
            Self::GetCallerIdentity | Self::HuaweiCallerIdentity => "GetCallerIdentity",
            Self::ListAccounts | Self::ListOrganizationAccounts => "ListAccounts",
            Self::ListResourceInstances => "ListResourceInstances",
            Self::ListExecutions => "ListExecutions",
            Self::ListStackSets => "ListStackSets",
            Self::ListStackSetOperations => "ListStackSetOperations",
            Self::ListProjects => "KeystoneListProjects",
            Self::ListDomains => "KeystoneListAuthDomains",
            Self::AgencyKeys => "CreateTemporaryAccessKeyByAgency",
            Self::IdentityToken => "CreateUnscopedTokenWithIdToken",
            Self::TokenKeys => "CreateTemporaryAccessKeyByToken",
            Self::AssumeAgency => "AssumeAgency",
            Self::AssumeAgencyWithOidc => "AssumeAgencyWithOIDC",
            Self::MetadataToken => "token",
            Self::MachineRole => "security-credentials",
            Self::MachineKeys => "securitykey",
            Self::BrokerKeys => "broker",
            Self::PodKeys => "credentials",
        }
    }

    /// The permission that a denied caller lacks.
    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::ListOperationPlansForRegion => "cs:ListOperationPlansForRegion",
            Self::DescribeClustersV1 => "cs:DescribeClustersV1",
            Self::ListClusterPluginInfo => "yundun-sas:ListClusterPluginInfo",
            Self::ListInstancePatchStates => "oos:ListInstancePatchStates",
            Self::AssumeRole => "sts:AssumeRole",
            Self::AssumeRoleWithOidc => "sts:AssumeRoleWithOIDC",
            Self::GetCallerIdentity => "sts:GetCallerIdentity",
            Self::ListAccounts => "resourcemanager:ListAccounts",
            Self::ListOrganizationAccounts => "organizations:accounts:list",
            Self::ListResourceInstances => "organizations:resources:listByTag",
            Self::ListExecutions => "coc:execution:list",
            Self::ListStackSets => "rf:stackSet:listStackSets",
            Self::ListStackSetOperations => "rf:stackSet:listStackSetOperations",
            Self::ListProjects => "iam:projects:listProjectsForUser",
            Self::ListDomains => "iam:users:listAuthDomains",
            Self::AgencyKeys => "iam:tokens:assume",
            Self::IdentityToken | Self::TokenKeys => "iam:tokens:create",
            Self::AssumeAgency => "sts:agencies:assume",
            Self::AssumeAgencyWithOidc => "sts:agencies:assumeWithOIDC",
            Self::HuaweiCallerIdentity => "sts::getCallerIdentity",
            Self::MetadataToken | Self::MachineRole | Self::MachineKeys | Self::PodKeys | Self::BrokerKeys => "",
        }
    }
}
