import { createHash, generateKeyPairSync, sign } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { closeNow, listen } from "@/tests/support/fakes/listening";
import { queuedMails } from "@/tests/support/mails";
import { memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { byId } from "../queries";
import { drawKey } from "../secret";
import { answerLeakReport } from "./http";

const scanner = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const stranger = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const other = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
const pem = (key: typeof scanner) => key.publicKey.export({ type: "spki", format: "pem" }).toString();

let keyServer: TestServer;
let door: http.Server;
let url: string;
let address = "";

beforeAll(async () => {
  keyServer = await startHttpServer(() => ({
    body: {
      public_keys: [
        { key_identifier: "scanner", key: pem(scanner), is_current: true },
        { key_identifier: "p384", key: pem(other), is_current: false },
        { key_identifier: "broken", key: "no key at all", is_current: false },
      ],
    },
  }));
  process.env.LEAKED_KEYS_PUBLIC_KEYS_URL = keyServer.url;
  door = http.createServer((request, response) => {
    request.headers["x-request-id"] = "00000000-0000-4000-8000-000000000000";
    request.headers["x-client-address"] = address;
    void answerLeakReport(request, response);
  });
  url = `${await listen(door)}/api/leaked-keys`;
});

afterAll(async () => {
  await keyServer.close();
  await closeNow(door);
});

let acme: TestWorkspace;
let calls = 0;

beforeEach(async () => {
  calls += 1;
  address = `198.51.100.${calls}`;
  await owner`delete from mail_outbox`;
  acme = await workspace();
});

const finding = (token: string) => ({
  token,
  type: "atelier_api_key",
  url: "https://github.com/octocat/Hello-World/blob/main/.env",
  source: "content",
});

type Sent = { body?: string; key?: typeof scanner; identifier?: string; headers?: Record<string, string> };

/** Sends a report as the scanner does, unless said otherwise. */
function report(findings: unknown, { body, key = scanner, identifier = "scanner", headers }: Sent = {}) {
  const text = body ?? JSON.stringify(findings);
  const signature = sign("sha256", Buffer.from(JSON.stringify(findings)), key.privateKey).toString("base64");
  return fetch(url, {
    method: "POST",
    body: text,
    headers: {
      "content-type": "application/json",
      "github-public-key-identifier": identifier,
      "github-public-key-signature": signature,
      ...headers,
    },
  });
}

const make = async () => acme.admin.api.keys.create({ workspace: acme.slug, name: "Production" });
const isLive = async (id: string) => (await byId(id))?.isLive;
const events = () => owner`
  select actor_id, target_id, after from audit_events where workspace_id = ${acme.id} and action = 'key.leaked'`;

test("a key that was found in public is switched off at once, its people are told, and where it was is remembered", async () => {
  const [dev, second] = [await memberOf(acme, "developer"), await memberOf(acme, "admin")];
  const { id, secret } = await dev.api.keys.create({ workspace: acme.slug, name: "Production" });
  const answer = await report([finding(secret)]);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual([
    {
      token_hash: createHash("sha256").update(secret).digest("hex"),
      token_type: "atelier_api_key",
      label: "true_positive",
    },
  ]);
  expect(await isLive(id)).toBe(false);
  const [row] = await owner`select disabled_because from api_keys where id = ${id}`;
  expect(row).toEqual({ disabled_because: "leaked" });
  expect(await events()).toEqual([
    {
      actor_id: null,
      target_id: id,
      after: {
        url: "https://github.com/octocat/Hello-World/blob/main/.env",
        source: "content",
        type: "atelier_api_key",
      },
    },
  ]);
  const mails = await queuedMails("key-leaked");
  expect(mails.map(({ to, props }) => [to, props.isMaker]).sort()).toEqual(
    [
      [acme.admin.person.email, false],
      [second.person.email, false],
      [dev.person.email, true],
    ].sort(),
  );
  expect(JSON.stringify(mails)).not.toContain(secret.slice(17, 60));
  expect(await reasonOf(dev.api.keys.enable({ workspace: acme.slug, keyId: id }))).toBe("key_leaked");
});

test("the same report again, also at the same time, changes and says nothing more", async () => {
  const { secret } = await make();
  const answers = await Promise.all([1, 2, 3].map(() => report([finding(secret), finding(secret)])));
  for (const answer of answers)
    expect((await answer.json()).map(({ label }: { label: string }) => label)).toEqual([
      "true_positive",
      "true_positive",
    ]);
  expect(await events()).toHaveLength(1);
  expect(await queuedMails("key-leaked")).toHaveLength(1);
});

test("what only looks like a key is a false positive, also with the id of one that is there", async () => {
  const { id, secret } = await make();
  const { checksum } = await import("@/server/access/key-format");
  const forged = `atl_${id}_${"x".repeat(43)}`;
  const findings = ["", "x", drawKey().key, `${secret.slice(0, -1)}~`, forged + checksum(forged)].map(finding);
  const answer = await report(findings);
  const verdicts = await answer.json();
  expect(verdicts.map(({ label }: { label: string }) => label)).toEqual(findings.map(() => "false_positive"));
  expect(await isLive(id)).toBe(true);
  expect(await events()).toEqual([]);
});

test("a key that did not work any more is marked, so that it cannot be restored, and no mail is sent", async () => {
  const at = { workspace: acme.slug };
  const [revoked, disabled] = [await make(), await make()];
  await acme.admin.api.keys.revoke({ ...at, keyId: revoked.id });
  await acme.admin.api.keys.disable({ ...at, keyId: disabled.id });
  expect((await report([finding(revoked.secret), finding(disabled.secret)])).status).toBe(200);
  await acme.admin.api.keys.restore({ ...at, keyId: revoked.id });
  expect(await isLive(revoked.id)).toBe(false);
  expect(await reasonOf(acme.admin.api.keys.enable({ ...at, keyId: disabled.id }))).toBe("key_leaked");
  expect(await queuedMails("key-leaked")).toEqual([]);
  expect(await events()).toHaveLength(2);
});

test("a report that the scanner did not sign does nothing", async () => {
  const { id, secret } = await make();
  const findings = [finding(secret)];
  const refused: Record<string, Sent> = {
    "signed by a stranger": { key: stranger },
    "signed by a stranger who calls themselves something else": { key: stranger, identifier: "stranger" },
    "with another body than was signed": { body: JSON.stringify([...findings, finding("x")]) },
    "with one space more than was signed": { body: ` ${JSON.stringify(findings)}` },
    "signed with a key of another curve": { key: other, identifier: "p384" },
    "signed with a key that is none": { identifier: "broken" },
    "with a signature that is none": { headers: { "github-public-key-signature": "AAAA" } },
    "without a signature": { headers: { "github-public-key-signature": "" } },
    "without an identifier": { headers: { "github-public-key-identifier": "" } },
  };
  for (const [what, sent] of Object.entries(refused))
    expect([what, (await report(findings, sent)).status]).toEqual([what, 401]);
  expect(await isLive(id)).toBe(true);
  expect(await events()).toEqual([]);
});

test("a report that is no report is refused, and one that is too long is not read", async () => {
  for (const body of [{}, "x", 1, null, [1], [{ token: 1, type: "x", url: "" }], [{ type: "x" }]])
    expect([body, (await report(body)).status]).toEqual([body, 422]);
  expect((await report(Array.from({ length: 101 }, () => finding("x")))).status).toBe(422);
  expect((await report([{ ...finding("x"), more: "x".repeat(1024 * 1024) }])).status).toBe(413);
  expect((await fetch(url)).status).toBe(405);
  // What the scanner may come to say besides is no reason to lose a report.
  expect((await report([{ ...finding("x"), confidence: "high" }])).status).toBe(200);
});

test("a body that is too long is refused also when it does not say so beforehand", async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = http.request(url, {
      method: "POST",
      headers: { "github-public-key-identifier": "scanner", "github-public-key-signature": "AAAA" },
    });
    sent.on("response", (response) => resolve(response.statusCode));
    sent.on("error", reject);
    for (let i = 0; i < 20; i++) sent.write("x".repeat(64 * 1024));
    sent.end();
  });
  expect(status).toBe(413);
});

test("the scanner's public keys are asked for once, and not anew for every made-up name", async () => {
  const { length } = keyServer.requests;
  for (let i = 0; i < 5; i++) await report([], { identifier: `made-up-${i}` });
  await report([]);
  expect(keyServer.requests.length - length).toBeLessThanOrEqual(1);
});

test("while the public keys cannot be had nothing is believed", async () => {
  const { id, secret } = await make();
  const { env } = await import("@/server/platform/env");
  const before = env().LEAKED_KEYS_PUBLIC_KEYS_URL;
  for (const answer of [
    { status: 500, body: {} },
    { body: "<html>" },
    { body: { public_keys: 1 } },
    { body: "x".repeat(300_000) },
  ]) {
    const down = await startHttpServer(() => answer);
    env().LEAKED_KEYS_PUBLIC_KEYS_URL = down.url;
    const response = await report([finding(secret)]);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "60"]);
    await down.close();
  }
  env().LEAKED_KEYS_PUBLIC_KEYS_URL = before;
  expect(await isLive(id)).toBe(true);
});

test("one address reports 60 times a minute", async () => {
  const begun = performance.now();
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429 && statuses.length < 200) statuses.push((await report([])).status);
  // One more becomes possible each second.
  const most = 61 + Math.ceil((performance.now() - begun) / 1_000);
  expect(statuses.slice(0, 60)).toEqual(Array(60).fill(200));
  expect(statuses.length).toBeLessThanOrEqual(most);
});
