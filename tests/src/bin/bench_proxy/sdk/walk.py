"""Walks a list of patch states with the vendor's own client, page by page, and prints what it cost.

    python walk.py '{"endpoint": "127.0.0.1:1", "access_key_id": …, "access_key_secret": …, "region": …}' 3

One walk before so many does not count. Prints the rows of the others, and the seconds of CPU time that they took.
"""

import json
import sys
import time

from alibabacloud_oos20190601 import client as oos, models
from alibabacloud_tea_openapi.utils_models import Config

told, walks = json.loads(sys.argv[1]), int(sys.argv[2])
client = oos.Client(
    Config(
        access_key_id=told["access_key_id"],
        access_key_secret=told["access_key_secret"],
        region_id=told["region"],
        protocol="http",
        endpoint=told["endpoint"],
    )
)


def walk():
    rows, token = 0, None
    while True:
        request = models.ListInstancePatchStatesRequest(region_id=told["region"], max_results=50, next_token=token)
        body = client.list_instance_patch_states(request).body
        rows += len(body.instance_patch_states or [])
        token = body.next_token
        if token in (None, "", "-"):
            return rows


walk()
begun = time.process_time()
rows = sum(walk() for _ in range(walks))
print(json.dumps({"rows": rows, "seconds": time.process_time() - begun}))
