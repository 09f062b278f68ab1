//! Names and messages that people would have written, in Chinese and English.

pub(super) const TEAMS: [&str; 10] = [
    "web",
    "pay",
    "order",
    "search",
    "gateway",
    "支付网关",
    "订单",
    "风控",
    "推荐",
    "data",
];
pub(super) const STAGES: [&str; 4] = ["prod", "pre", "gray", "生产"];
pub(super) const CREATORS: [&str; 9] = [
    "COC-Script",
    "zhangwei",
    "li.na",
    "王芳",
    "ops-bot",
    "chen_jie",
    "maria.garcia",
    "刘洋",
    "j.smith@example.com",
];
pub(super) const PATCH_GROUPS: [&str; 6] = ["prod-web", "prod-db", "dev", "批处理", "默认补丁组", "k8s-nodes"];
pub(super) const OWNERS: [&str; 5] = [
    "",
    "signalbox-ops",
    "张伟 / 平台组",
    "team=payments",
    "夜间窗口 02:00-04:00",
];
pub(super) const CLUSTER_NAMES: [&str; 12] = [
    "prod-core",
    "支付-生产",
    "search-online",
    "lmftest",
    "data-lake",
    "订单中心",
    "gateway-edge",
    "ml-training",
    "risk-风控",
    "batch-night",
    "observability",
    "prod-mobile",
];

/// Plug-ins of the Security Center agent with the versions that are about.
pub(super) const PLUGINS: [(&str, &[&str]); 4] = [
    ("alihips", &["1.3.1", "1.3.0", "1.2.9"]),
    ("alinet", &["2.0.14", "2.0.9"]),
    ("alisecguard", &["3.5.2", "3.5.10", "3.4.8"]),
    ("aliwebguard", &["1.0.7", "0.9.22"]),
];

/// Error code, message in English, message in Chinese. The first is the vendor's own example, spelling included.
pub(super) const PLUGIN_ERRORS: [(&str, &str, &str); 6] = [
    ("kenerl not support", "kenerl not support", "kenerl not support"),
    (
        "DownloadTimeout",
        "download of the plug-in package timed out after 300 s",
        "插件包下载超时（300 秒）",
    ),
    (
        "DiskFull",
        "no space left on device: /usr/local/aegis",
        "磁盘空间不足：/usr/local/aegis",
    ),
    (
        "AgentOffline",
        "the Security Center agent is offline",
        "云安全中心客户端离线",
    ),
    (
        "ChecksumMismatch",
        "checksum of the plug-in package does not match",
        "插件包校验失败",
    ),
    (
        "SelinuxDenied",
        "SELinux is enforcing: loading the module \"aliaqs\" was denied",
        "SELinux 处于强制模式，模块“aliaqs”加载被拒绝",
    ),
];

/// Name and latest version number of job documents.
pub(super) const DOCUMENTS: [(&str, u64); 14] = [
    ("test_document", 2),
    ("qweqwe", 1),
    ("重启云服务器", 5),
    ("Restart ECS instances in batches", 9),
    ("补丁基线扫描", 3),
    ("rotate-certificates", 12),
    ("清理磁盘空间（/var/log）", 4),
    ("HWC.COC.ScheduledStop", 1),
    ("数据库主备切换演练", 7),
    ("collect-diagnostics", 3),
    ("批量修改主机密码", 2),
    ("Install UniAgent", 6),
    ("scale-out-node-pool", 11),
    ("双十一压测前检查", 1),
];

pub(super) const TICKET_NOTES: [&str; 8] = [
    "Requested by change CHG-20418",
    "紧急变更：修复 CVE-2026-21531",
    "weekly maintenance window",
    "演练，不影响业务",
    "rollback of yesterday's change, see \"CHG-20391\"",
    "逐台执行，失败即停止\n失败后通知值班",
    "Nightly certificate rotation",
    "客户投诉磁盘告警，先清理日志",
];

pub(super) const STACK_SETS: [&str; 12] = [
    "my_hello_world_stack_set",
    "网络基线-生产",
    "landing-zone-guardrails",
    "log_archive_buckets",
    "安全合规_v2",
    "vpc-peering",
    "backup-policies",
    "监控告警模板",
    "iam-baseline",
    "dns-zones",
    "cost-tags",
    "empty-set",
];

pub(super) const OPERATION_ERRORS: [&str; 6] = [
    "The number of stack instances to be deployed has exceeded the upper limit.",
    "The stack set operation timed out after 720 minutes.",
    "Stack instance in region cn-east-3 of account 0a3f**** failed: [VPC.0114] quota exceeded for resource: vpc",
    "委托 rf_admin_trust 不存在或权限不足，请检查成员账号中的委托配置。",
    "Failure tolerance exceeded: 3 of 10 stack instances failed.",
    "Provider huaweicloud 1.61.0 could not be initialised: connection reset by peer",
];

/// Code and message of the reason of a plan's state. Only the first is published; the others are made up.
pub(super) const CANCELED: [(&str, &str); 3] = [
    ("CanceledByUser", "plan has been canceled by user"),
    ("CanceledByUser", "plan has been canceled by user"),
    ("SupersededByNewPlan", "a newer plan covers the same target"),
];
pub(super) const FAILED: [(&str, &str); 4] = [
    (
        "NodeDrainTimeout",
        "node 10.12.3.41 could not be drained within 1800 s: PodDisruptionBudget web/checkout allows 0 disruptions",
    ),
    ("TaskFailed", "task failed at step \"upgrade kubelet\": exit status 1"),
    (
        "InsufficientInventory",
        "ecs.g7.2xlarge is out of stock in zone h，请更换实例规格",
    ),
    ("AddonUnhealthy", "addon terway-eniip is not ready: 2/14 pods available"),
];
pub(super) const CHECK_FAILED: [(&str, &str); 2] = [
    (
        "PreCheckFailed",
        "1 of 12 checks failed: deprecated API policy/v1beta1 PodSecurityPolicy is in use",
    ),
    ("PreCheckFailed", "预检查未通过：节点 10.12.8.7 磁盘剩余空间低于 10%"),
];
