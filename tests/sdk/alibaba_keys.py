"""Gets keys with the vendor's own credentials SDK, in its default order, and prints who gave them.

    python alibaba_keys.py '{"100.100.100.200": "127.0.0.1:1", "sts.aliyuncs.com": "127.0.0.1:2"}'

The argument says where the hosts are that the SDK knows by heart; nothing else of the SDK is changed. Prints one JSON object: the id of the
keys and the provider, or why there are none.
"""

import json
import logging
import sys

from Tea.core import TeaCore

hosts = json.loads(sys.argv[1])
send = TeaCore.do_action


def rerouted(request, runtime_option=None):
    host = hosts.get(request.headers.get("host"))
    if host is not None:
        request.protocol, request.headers["host"] = "http", host
    return send(request, runtime_option)


TeaCore.do_action = staticmethod(rerouted)

from alibabacloud_credentials.client import Client  # noqa: E402: after the hosts are changed

logging.disable(logging.CRITICAL)
try:
    keys = Client().get_credential()
    print(json.dumps({"id": keys.get_access_key_id(), "provider": keys.get_provider_name()}))
except Exception as error:  # the SDK fails in many ways
    print(json.dumps({"error": str(error)}))
