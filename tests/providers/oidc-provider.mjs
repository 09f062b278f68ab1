// npm's oidc-provider for the tests, in memory: node oidc-provider.mjs MODULES PUBLIC_URL CLIENT SECRET [PROMPT]….
//
// Prints one line of JSON once it listens: its issuer, and an address where the test changes it and reads its journal. A POST there takes
// {"groups": {"lin": [...]}}, {"rotate": true} (a new key signs from then on, and the old one is gone) or {"ahead": SECONDS}, each
// optional, and answers with all that has happened.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, home, client, secret, ...prompts] = process.argv.slice(2);

// Time passes for the provider as for the replicas. Before anything else keeps the usual clock.
let ahead = 0;
const Usual = Date;
globalThis.Date = class extends Usual {
  constructor(...parts) {
    if (parts.length) super(...parts);
    else super(Usual.now() + ahead);
  }
  static now() {
    return Usual.now() + ahead;
  }
};

const entry = createRequire(join(modules, "beside.js")).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(entry));
const { createMemoryAdapter } = await import(pathToFileURL(join(modules, "oidc-provider/lib/adapters/memory_adapter.js")));
// Sessions outlive a change of the keys.
const adapter = createMemoryAdapter();

const people = {
  lin: { name: "林晓雨", email: "lin@example.com", groups: ["platform", "on-call"] },
  marta: { name: "Marta Keller", email: "marta@example.com", groups: ["staging"] },
};
const journal = [];
const keys = [];

function another() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keys.push({ ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" });
}

function make() {
  const provider = new Provider(issuer, {
    adapter,
    // By itself it does not say what it may be asked to ask people.
    discovery: { prompt_values_supported: prompts.length ? prompts : undefined },
    jwks: { keys },
    // Everything here is on this machine, where it would not go by itself.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    cookies: { keys: ["of the tests"] },
    clients: [
      {
        client_id: client,
        client_secret: secret,
        redirect_uris: [`${home}/auth/callback`],
        post_logout_redirect_uris: [`${home}/`],
        backchannel_logout_uri: `${home}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount(_, accountId) {
      const login = accountId.replace("id-of-", "");
      const claims = () => ({ sub: accountId, preferred_username: login, email_verified: true, ...people[login] });
      return people[login] && { accountId, claims };
    },
    // Nobody is asked whether the company's own console may know who they are.
    async loadExistingGrant({ oidc }) {
      const known = oidc.session.grantIdFor(oidc.client.clientId);
      if (known) return oidc.provider.Grant.find(known);
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  });
  const note = (event, more) => journal.push({ event, ...more });
  provider.on("authorization.success", ({ oidc }) =>
    note("authorized", { prompt: oidc.params.prompt ?? null, challenge: oidc.params.code_challenge_method ?? null }),
  );
  provider.on("authorization.error", ({ oidc }, { error }) => note("refused", { prompt: oidc.params?.prompt ?? null, error }));
  provider.on("grant.success", () => note("exchanged"));
  provider.on("grant.error", (_, { error, error_description }) => note("not exchanged", { error, error_description }));
  provider.on("backchannel.success", () => note("told"));
  provider.on("backchannel.error", (_, error) => note("not told", { error: String(error) }));
  provider.on("end_session.success", () => note("signed out"));
  provider.on("server_error", (_, error) => console.error(error));
  return provider;
}

const body = async request => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

// Who is it? One button a person.
async function ask(request, response) {
  if (request.method === "POST") {
    const login = new URLSearchParams(await body(request)).get("person");
    return provider.interactionFinished(request, response, { login: { accountId: `id-of-${login}` } });
  }
  const { prompt } = await provider.interactionDetails(request, response);
  const buttons = Object.keys(people).map(login => `<button name="person" value="${login}">${login}</button>`);
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${prompt.name}</title><form method="post">${buttons.join("")}</form>`);
}

const listen = handler =>
  new Promise(resolve => {
    const server = createServer((request, response) =>
      Promise.resolve(handler(request, response)).catch(error => {
        console.error(error);
        response.statusCode = 500;
        response.end();
      }),
    );
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });

let provider;
const port = await listen((request, response) =>
  request.url.startsWith("/interaction/") ? ask(request, response) : provider.callback()(request, response),
);
// Another name than the program's, so that the two are different sites.
const issuer = `http://localhost:${port}`;
another();
provider = make();

const control = await listen(async (request, response) => {
  const told = JSON.parse(await body(request));
  for (const [login, groups] of Object.entries(told.groups ?? {})) people[login].groups = groups;
  ahead = 1000 * (told.ahead ?? ahead / 1000);
  if (told.rotate) {
    keys.length = 0;
    another();
    provider = make();
  }
  response.end(JSON.stringify(journal));
});
console.log(JSON.stringify({ issuer, control: `http://127.0.0.1:${control}/` }));
