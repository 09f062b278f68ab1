//! What the catalogue would say: the vendor, its service, the source, and the list that finds what the source must be asked about.

use catalog::api::{Arg, Call, Carrier, Method, Paging, Param, Scope};
use catalog::discovery::{Discovery, FanOut};
use catalog::field::{Decode, field};
use catalog::services::{Service, Signing};
use catalog::{Cloud, Domains, Endpoints, Entry, Label, Source, tables};

/// `clouds.rs`, one constant.
pub(super) const CLOUD: Cloud = Cloud {
    id: "aws",
    label: Label { en: "AWS", zh: "AWS" },
    domains: Domains {
        consoles: ".console.aws.amazon.com",
        hosts: &[".amazonaws.com"],
    },
};

/// `services.rs`, one constant and its line in the list.
pub(super) static SSM: Service = Service {
    id: "ssm",
    cloud: CLOUD,
    hosts: Endpoints::Regional {
        pattern: "ssm.{region}.amazonaws.com",
        odd: &[],
    },
    version: "AmazonSSM",
    signing: Signing::KeysOnly,
};

/// `discovery/aws_ssm_instances.rs`.
static INSTANCES: Discovery = Discovery {
    call: Call {
        action: "DescribeInstanceInformation",
        service: &SSM,
        method: Method::Post,
        path: &[],
        params: &[],
        paging: PAGING,
        paging_in: Carrier::Body,
        items: "InstanceInformationList",
        items_may_be_missing: false,
        permission: "ssm:DescribeInstanceInformation",
        doc: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html",
    },
    wanted: "InstanceId",
    region: None,
};

const PAGING: Paging = Paging::Cursor {
    send: "NextToken",
    read: &["NextToken"],
    size: ("MaxResults", 50),
    max_pages: 100,
};

/// `sources/aws_ssm_instance_patch_states.rs`.
pub(super) static SOURCE: Source = Source::of(Entry {
    id: "aws.ssm.instance-patch-states",
    table: &tables::patches::TABLE,
    scope: Scope::Region,
    call: Call {
        action: "DescribeInstancePatchStates",
        service: &SSM,
        method: Method::Post,
        path: &[],
        params: &[Param::BodyList("InstanceIds", Arg::Listed)],
        paging: PAGING,
        paging_in: Carrier::Body,
        items: "InstancePatchStates",
        items_may_be_missing: false,
        permission: "ssm:DescribeInstancePatchStates",
        doc: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html",
    },
    fan_out: Some(FanOut {
        key: "instances",
        what: "instance",
        chunk: 50,
        discovery: &INSTANCES,
    }),
    explode: None,
    fields: &[
        field("instance", &["InstanceId"], Decode::Text),
        field("group", &["PatchGroup"], Decode::Text),
        field("baseline", &["BaselineId"], Decode::Text),
        field("owner", &["OwnerInformation"], Decode::Text),
        field("operation", &["Operation"], Decode::Text),
        field("missing", &["MissingCount"], Decode::Number),
        field("failed", &["FailedCount"], Decode::Number),
        field("installed", &["InstalledCount"], Decode::Number),
        field("installed_other", &["InstalledOtherCount"], Decode::Number),
        field("pending_reboot", &["InstalledPendingRebootCount"], Decode::Number),
        field("rejected", &["InstalledRejectedCount"], Decode::Number),
        field("start", &["OperationStartTime"], Decode::EpochSeconds),
        field("end", &["OperationEndTime"], Decode::EpochSeconds),
    ],
    phase: tables::patches::phase,
    consoles: &[],
    cut: None,
});
