//! The vendors' own sample answers, cut unchanged out of their API pages: real shapes to serve and to decode.

/// One vendor's sample answer.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Service that answers it, as in [`crate::DemoClouds::endpoint`].
    pub service: &'static str,
    /// The vendor's name of the operation.
    pub operation: &'static str,
    /// The vendor's page that it stands on.
    pub page: &'static str,
    /// Name of the list of rows inside [`Sample::json`].
    pub list: &'static str,
    /// The answer's body as published.
    pub json: &'static str,
}

/// Every sample answer of the five list APIs.
pub const SAMPLES: [Sample; 5] = [
    Sample {
        service: "alibaba.cs",
        operation: "ListOperationPlansForRegion",
        page: "https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-listoperationplansforregion",
        list: "plans",
        json: include_str!("../samples/operation-plans.json"),
    },
    Sample {
        service: "huawei.coc",
        operation: "ListExecutions",
        page: "https://support.huaweicloud.com/intl/en-us/api-coc/ListExecutions.html",
        list: "data",
        json: include_str!("../samples/executions.json"),
    },
    Sample {
        service: "alibaba.sas",
        operation: "ListClusterPluginInfo",
        page: "https://www.alibabacloud.com/help/en/security-center/developer-reference/api-sas-2018-12-03-listclusterplugininfo",
        list: "Data",
        json: include_str!("../samples/cluster-plugins.json"),
    },
    Sample {
        service: "huawei.rfs",
        operation: "ListStackSetOperations",
        page: "https://support.huaweicloud.com/intl/en-us/api-aos/ListStackSetOperations.html",
        list: "stack_set_operations",
        json: include_str!("../samples/stack-set-operations.json"),
    },
    Sample {
        service: "alibaba.oos",
        operation: "ListInstancePatchStates",
        page: "https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-listinstancepatchstates",
        list: "InstancePatchStates",
        json: include_str!("../samples/instance-patch-states.json"),
    },
];

#[cfg(test)]
mod tests {
    use super::SAMPLES;

    #[test]
    fn every_sample_is_json_with_rows() {
        for sample in SAMPLES {
            let answer: serde_json::Value = serde_json::from_str(sample.json).unwrap();
            assert!(
                !answer[sample.list].as_array().unwrap().is_empty(),
                "{}",
                sample.operation
            );
        }
    }
}
