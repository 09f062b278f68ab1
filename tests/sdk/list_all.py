"""Lists all five APIs with the vendors' own clients, then checks that a wrong secret is refused.

    signalbox demo --clouds-only | python list_all.py
    python list_all.py '{"endpoints": …}'

Takes the JSON line of `--clouds-only` as argument or on stdin. Prints one JSON object: rows and requests by API. Exits 1, with every
fault on stderr, when an API lists nothing, lists less than it announced or a row twice, or takes a wrong secret instead of answering
with the vendor's own error code.
"""

import copy
import json
import sys
import uuid
from urllib.parse import urlsplit

from alibabacloud_cs20151215 import client as cs, models as cs_models
from alibabacloud_oos20190601 import client as oos, models as oos_models
from alibabacloud_sas20181203 import client as sas, models as sas_models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkaos.v1 import AosClient, ListStackSetOperationsRequest
from huaweicloudsdkcoc.v1 import CocClient, ListExecutionsRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

MAX_PAGES = 2000  # more than any demo fleet has: a list that never ends is a fault, not a wait


def alibaba(clouds, service, region):
    endpoint = urlsplit(clouds["endpoints"][f"alibaba.{service}"].replace("{region}", region))
    return Config(
        **clouds["credentials"]["alibaba"],
        region_id=region,
        protocol=endpoint.scheme,
        endpoint=endpoint.netloc,
        connect_timeout=10_000,
        read_timeout=30_000,
    )


def huawei(clouds, service, client, credentials, region):
    endpoint = clouds["endpoints"][f"huawei.{service}"].replace("{region}", region)
    return client.new_builder().with_credentials(credentials).with_endpoint(endpoint).build()


# Each list yields the identities of the rows of one page after the other; the caller counts.


def operation_plans(clouds):
    for region in clouds["regions"]["alibaba"]:
        client = cs.Client(alibaba(clouds, "cs", region))
        answer = client.list_operation_plans_for_region(region, cs_models.ListOperationPlansForRegionRequest())
        yield [plan.plan_id for plan in answer.body.plans or []]


def cluster_plugins(clouds):
    client = sas.Client(alibaba(clouds, "sas", clouds["regions"]["alibaba"][0]))
    clusters = clouds["clusters"]
    for first in range(0, len(clusters), 20):  # 20 ids go as ClusterIds.1 … .20: their order in the signature is not that of the numbers
        request = sas_models.ListClusterPluginInfoRequest(cluster_ids=clusters[first : first + 20], lang="en")
        yield [cluster.cluster_id for cluster in client.list_cluster_plugin_info(request).body.data or []]


def instance_patch_states(clouds):
    for region in clouds["regions"]["alibaba"]:
        client = oos.Client(alibaba(clouds, "oos", region))
        token = None
        while True:
            request = oos_models.ListInstancePatchStatesRequest(region_id=region, max_results=50, next_token=token)
            body = client.list_instance_patch_states(request).body
            yield [(region, state.instance_id, state.baseline_id) for state in body.instance_patch_states or []]
            token = body.next_token
            if token in (None, "", "-"):  # the vendor's sample has "-" for "no more"
                break


def executions(clouds):
    keys = clouds["credentials"]["huawei"]
    credentials = GlobalCredentials(keys["ak"], keys["sk"], keys["domain_id"])
    client = huawei(clouds, "coc", CocClient, credentials, clouds["regions"]["huawei"][0])
    offset, total = 0, None
    while total is None or offset < total:
        answer = client.list_executions(ListExecutionsRequest(limit=100, offset=offset))
        yield [execution.execution_id for execution in answer.data or []]
        offset, total = offset + len(answer.data or []), answer.total
        if not answer.data and offset < total:
            raise ValueError(f"{total} rows announced, {offset} came")


def stack_set_operations(clouds):
    keys = clouds["credentials"]["huawei"]
    credentials = BasicCredentials(keys["ak"], keys["sk"], keys["project_id"])
    client = huawei(clouds, "rfs", AosClient, credentials, clouds["regions"]["huawei"][0])
    for stack_set in clouds["stack_sets"]:
        marker = None
        while True:
            request = ListStackSetOperationsRequest(str(uuid.uuid4()), stack_set, marker=marker, limit=100)
            answer = client.list_stack_set_operations(request)
            yield [operation.operation_id for operation in answer.stack_set_operations or []]
            marker = answer.page_info and answer.page_info.next_marker
            if not marker:
                break


APIS = {
    "alibaba.cs.operation-plans": operation_plans,
    "alibaba.sas.cluster-plugins": cluster_plugins,
    "alibaba.oos.instance-patch-states": instance_patch_states,
    "huawei.coc.executions": executions,
    "huawei.rfs.stack-set-operations": stack_set_operations,
}
REFUSALS = {"alibaba": (400, "SignatureDoesNotMatch"), "huawei": (401, "APIGW.0301")}


def list_whole(api, clouds):
    """Rows and requests of one API; ValueError when the list is no list."""
    seen, requests, rows = set(), 0, 0
    for page in api(clouds):
        requests += 1
        rows += len(page)
        seen.update(page)
        if requests > MAX_PAGES:
            raise ValueError(f"no end after {MAX_PAGES} pages")
    if rows == 0:
        raise ValueError("no rows")
    if len(seen) < rows:
        raise ValueError(f"{rows - len(seen)} of {rows} rows came twice")
    return {"rows": rows, "requests": requests}


def refusal(api, clouds):
    """Status and code of the error that the first request is answered with, or None when it is not refused."""
    try:
        for _ in api(clouds):
            return None
    except AlibabaCloudException as error:
        return error.status_code, error.code
    except ServiceResponseException as error:
        return error.status_code, error.error_code


def with_wrong_secrets(clouds):
    wrong = copy.deepcopy(clouds)
    wrong["credentials"]["alibaba"]["access_key_secret"] += "x"
    wrong["credentials"]["huawei"]["sk"] += "x"
    return wrong


def main():
    clouds = json.loads(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.readline())
    summary, faults = {}, []
    for name, api in APIS.items():
        try:
            summary[name] = list_whole(api, clouds)
            expected, refused = REFUSALS[name.split(".")[0]], refusal(api, with_wrong_secrets(clouds))
            if refused != expected:
                faults.append(f"{name}: a wrong secret must be refused with {expected}, but came {refused}")
        except Exception as error:  # a client fails in many ways; each is a fault of this API, and the others are still tried
            faults.append(f"{name}: {type(error).__name__}: {error}")
    print(json.dumps(summary))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
