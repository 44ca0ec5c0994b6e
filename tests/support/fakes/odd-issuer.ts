import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * OpenID Connect issuers that behave as real ones do and `oidc-provider` cannot, each at `/KIND`:
 * - `silent` states an address but not whether it is verified, like Microsoft Entra
 * - `text` writes its booleans as text
 * - `post` accepts the client's secret in the body only, and says so in its discovery document
 * - `hops` has its login page on another origin, and redirects over a third address
 * - `forged` signs with a key that is not among its published keys
 * - `nameless` states no address
 * - `broken` fails with a 500 when the code is exchanged
 * - `late` has a clock that is ten minutes behind, `early` one that is ten minutes ahead
 * - `grouped` states the groups that a login names: for `grace+staff+leads@example.com` they are `staff` and `leads`,
 * and the person is `grace@example.com`. `+thousands` adds 9,000 more, `+reference` sends them by reference,
 * `+nothing` leaves the claim out
 * - `http` names in its discovery document a public address without TLS
 */
export const oddKinds = [
  "silent",
  "text",
  "post",
  "hops",
  "forged",
  "nameless",
  "broken",
  "late",
  "early",
  "grouped",
  "http",
] as const;
export type OddKind = (typeof oddKinds)[number];

export const oddClient = { clientId: "atelier", clientSecret: "an-odd:secret/of tests" };

/**
 * Starts all of them on one port of this machine. The name typed at a login page is the person who signs in, with
 * that address.
 */
export async function startOddIssuers(port = 0) {
  let keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let keyId = "the-only-one";
  const strangers = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<string, { login: string; nonce: string | null; challenge: string | null }>();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const [, kind = "", ...rest] = url.pathname.split("/");
    const steps: Record<string, () => unknown> = {
      ".well-known/openid-configuration": () => sendJson(response, discovery(kind)),
      jwks: () =>
        sendJson(response, {
          keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: keyId, use: "sig", alg: "RS256" }],
        }),
      authorize: () => sendLogin(response, kind, url),
      hop: () => goBack(response, url, codes),
      token: () => exchange(request, response, kind),
      userinfo: () => sendJson(response, { sub: "not asked for" }),
    };
    const step = rest.join("/");
    if (Object.hasOwn(steps, step)) return steps[step]?.();
    response.writeHead(404).end();
  });

  function origin(host = "localhost"): string {
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  function discovery(kind: string) {
    const issuer = `${origin()}/${kind}`;
    return {
      issuer,
      authorization_endpoint: `${kind === "hops" ? origin("127.0.0.1") : origin()}/${kind}/authorize`,
      token_endpoint: kind === "http" ? "http://login.example.com/token" : `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      ...(kind === "post" ? { token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"] } : {}),
    };
  }

  async function exchange(request: IncomingMessage, response: ServerResponse, kind: string) {
    const form = new URLSearchParams(await textOf(request));
    const known = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const isProved =
      known?.challenge ===
      createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
    if (kind === "broken") return sendJson(response, { error: "server_error" }, 500);
    if (!isClient(request, form, kind)) return sendJson(response, { error: "invalid_client" }, 401);
    if (!known || !isProved) return sendJson(response, { error: "invalid_grant" }, 400);
    const ahead = kind === "early" ? 600 : kind === "late" ? -600 : 0;
    const now = Math.floor(Date.now() / 1000) + ahead;
    const { login, groups } = kind === "grouped" ? groupsIn(known.login) : { login: known.login, groups: {} };
    const claims = {
      ...{ iss: `${origin()}/${kind}`, aud: oddClient.clientId, sub: `id of ${login}`, name: "Grace Hopper" },
      ...{ iat: now, nbf: now, exp: now + 300, nonce: known.nonce, sid: `session of ${login}`, ...groups },
      ...(kind === "nameless" ? {} : { email: login }),
      ...(kind === "silent" || kind === "nameless" ? {} : { email_verified: kind === "text" ? "true" : true }),
    };
    sendJson(response, { access_token: "opaque", token_type: "Bearer", id_token: signed(claims, kind === "forged") });
  }

  /** Signs a token; with `isForged`, with a key that is not published. */
  function signed(claims: object, isForged = false, header: object = {}): string {
    const { privateKey } = isForged ? strangers : keys;
    const parts = [{ alg: "RS256", kid: keyId, ...header }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    const signature = createSign("sha256").update(parts.join(".")).sign(privateKey).toString("base64url");
    return [...parts, signature].join(".");
  }

  /** Signs a logout token of an issuer; `more` replaces claims, and removes those that are undefined. */
  function logoutToken(kind: OddKind, more: object, { isForged = false, header = {} } = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: `${origin()}/${kind}`, aud: oddClient.clientId, iat: now, jti: randomBytes(16).toString("hex") },
      ...{ events: { "http://schemas.openid.net/event/backchannel-logout": {} }, ...more },
    };
    return signed(claims, isForged, { typ: "logout+jwt", ...header });
  }

  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    origin: origin(),
    logoutToken,
    /** Replaces the present signing key by a new one with this name. */
    rotate: (name: string) => {
      keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
      keyId = name;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Returns the person of a login name, and the claims with the groups that the name contains. */
function groupsIn(typed: string): { login: string; groups: object } {
  const [named = "", domain = ""] = typed.split("@");
  const [name = "", ...groups] = named.split("+");
  const login = `${name}@${domain}`;
  if (groups.includes("nothing")) return { login, groups: {} };
  if (groups.includes("reference"))
    return {
      login,
      groups: { _claim_names: { groups: "src1" }, _claim_sources: { src1: { endpoint: "https://graph.example.com" } } },
    };
  const many = groups.includes("thousands") ? Array.from({ length: 9_000 }, (_, index) => `group ${index}`) : [];
  return { login, groups: { groups: [...many, ...groups] } };
}

function isClient(request: IncomingMessage, form: URLSearchParams, kind: string): boolean {
  const { clientId, clientSecret } = oddClient;
  if (kind === "post") return form.get("client_id") === clientId && form.get("client_secret") === clientSecret;
  const [, sent = ""] = (request.headers.authorization ?? "").split(" ");
  const [id, secret] = Buffer.from(sent, "base64")
    .toString()
    .split(":")
    .map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  return id === clientId && secret === clientSecret;
}

function sendLogin(response: ServerResponse, kind: string, { searchParams, host }: URL): void {
  // To a browser, other names of this machine are other origins.
  const next = `http://${host.replace(/^localhost/, "127.0.0.1")}/${kind}/hop`;
  const hidden = [...searchParams].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value.replace(/"/g, "&quot;")}">`,
  );
  response.writeHead(200, { "content-type": "text/html" });
  response.end(`<!doctype html><html lang="en"><title>Log in</title><form action="${next}">${hidden.join("")}
    <label>Login <input name="login"></label>
    <button name="answer" value="yes">Sign in</button><button name="answer" value="no">Cancel</button></form></html>`);
}

function goBack(
  response: ServerResponse,
  { searchParams }: URL,
  codes: Map<string, { login: string; nonce: string | null; challenge: string | null }>,
): void {
  const back = new URL(searchParams.get("redirect_uri") ?? "");
  back.searchParams.set("state", searchParams.get("state") ?? "");
  if (searchParams.get("answer") === "no") back.searchParams.set("error", "access_denied");
  else {
    const code = randomBytes(16).toString("hex");
    const [nonce, challenge] = [searchParams.get("nonce"), searchParams.get("code_challenge")];
    codes.set(code, { login: searchParams.get("login") ?? "", nonce, challenge });
    back.searchParams.set("code", code);
  }
  response.writeHead(302, { location: back.href }).end();
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
