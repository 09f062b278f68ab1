// Walks a list of patch states with the vendor's own client, page by page, and prints what it cost.
//
//     SIGNALBOX_NODE_SDKS=…/node_modules node walk.mjs '{"endpoint": "127.0.0.1:1", "access_key_id": …, …}' 3
//
// One walk before so many does not count. Prints the rows of the others, and the seconds of CPU time that they took. The vendor publishes no package for
// this service; its packages for others are such calls, with names for the fields.

import { createRequire } from 'node:module';

const require = createRequire(`${process.env.SIGNALBOX_NODE_SDKS}/`);
const { default: Client, $OpenApiUtil } = require('@alicloud/openapi-core');
const { RuntimeOptions } = require('@darabonba/typescript');

const told = JSON.parse(process.argv[2]);
const walks = Number(process.argv[3]);
const client = new Client(new $OpenApiUtil.Config({
    accessKeyId: told.access_key_id,
    accessKeySecret: told.access_key_secret,
    regionId: told.region,
    protocol: 'http',
    endpoint: told.endpoint,
}));
const call = new $OpenApiUtil.Params({
    action: 'ListInstancePatchStates',
    version: '2019-06-01',
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
});

async function walk() {
    let rows = 0;
    let token;
    do {
        const query = { RegionId: told.region, MaxResults: '50', ...(token ? { NextToken: token } : {}) };
        const { body } = await client.callApi(call, new $OpenApiUtil.OpenApiRequest({ query }), new RuntimeOptions({}));
        rows += body.InstancePatchStates?.length ?? 0;
        token = body.NextToken;
    } while (token && token !== '-');
    return rows;
}

await walk();
const begun = process.cpuUsage();
let rows = 0;
for (let number = 0; number < walks; number += 1) {
    rows += await walk();
}
const { user, system } = process.cpuUsage(begun);
console.log(JSON.stringify({ rows, seconds: (user + system) / 1e6 }));
