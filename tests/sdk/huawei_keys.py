"""Gets keys with the vendor's own SDK, in its default order, and prints them.

    python huawei_keys.py '{"metadata": "http://127.0.0.1:1"}'

The argument says where the metadata service is, whose address the SDK knows by heart; IAM and STS it finds by its own variables. Prints one JSON
object: the id of the keys, or why there are none.
"""

import json
import logging
import sys

from huaweicloudsdkaos.v1 import AosClient
from huaweicloudsdkcore.auth.internal import MetadataAccessor
from huaweicloudsdkcore.auth.provider import CredentialProviderChain

MetadataAccessor._METADATA_ENDPOINT = json.loads(sys.argv[1])["metadata"]
logging.disable(logging.CRITICAL)
try:
    credentials = CredentialProviderChain.get_basic().get_credentials()
    # Some keys are had only when a client wants to sign; this one sends nothing of its own.
    client = AosClient.new_builder().with_credentials(credentials.with_project_id("none")).with_endpoint("http://127.0.0.1:9").build()
    credentials.process_sts(client.get_http_client())
    print(json.dumps({"id": credentials.ak}))
except Exception as error:  # the SDK fails in many ways
    print(json.dumps({"error": str(error)}))
