import { createHash, randomBytes } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Job } from "@/server/platform/background";
import { owner } from "@/tests/support/database";
import { ownModel } from "@/tests/support/factories/models";
import { replaceMetering } from "@/tests/support/fakes/metering";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGateway, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let watch: Job;
let acme: TestWorkspace;
let maker: Signed;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGateway({
    MODEL_SERVER_URL: undefined,
    MODEL_SERVERS: JSON.stringify([
      { name: "one", url: upstream.url, key: "upstream-key", models: ["small", "large"] },
    ]),
  });
  // What this copy of the gateway remembers is kept true by its own watch.
  watch = (await import("@/server/platform/announcements/announcements")).watchAnnouncements();
});
beforeEach(async () => {
  upstream.answer = json(completion);
  upstream.asked.length = 0;
  acme = await workspace();
  maker = await memberOf(acme, "developer");
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

type Asked = { method?: string; path: string; headers: Record<string, string>; body: object };
type Answer = { status: number; code: string | undefined };

/** Sends a request of which the last byte comes only once `meanwhile` has happened. */
async function slowly({ method = "POST", path, headers, body }: Asked, meanwhile: () => Promise<unknown>) {
  const text = Buffer.from(JSON.stringify(body));
  const request = http.request(gateway.url + path, {
    method,
    headers: { "content-type": "application/json", "content-length": text.length, ...headers },
  });
  const answered = new Promise<Answer>((resolve, reject) => {
    request.once("error", reject).once("response", async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const said = JSON.parse(Buffer.concat(parts).toString() || "{}") as { code?: string };
      resolve({ status: response.statusCode ?? 0, code: said.code });
    });
  });
  await new Promise((resolve) => request.write(text.subarray(0, -1), resolve));
  // The gateway has to have let it in before.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await meanwhile();
  // Heard of within a second, on every instance.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  request.end(text.subarray(-1));
  return answered;
}

const messages = [{ role: "user", content: "Hello" }];
const chat = { path: "/v1/chat/completions", body: { model: "small", messages } };
const batch = {
  path: "/v1/batch/jobs",
  body: { endpoint: "/v1/chat/completions", model: "small", requests: [{ custom_id: "1", body: { messages } }] },
};

const newKey = async () => {
  const { id, secret } = await maker.api.keys.create({ workspace: acme.slug, name: "A key" });
  return { at: { workspace: acme.slug, keyId: id }, headers: { authorization: `Bearer ${secret}` } };
};
type At = Awaited<ReturnType<typeof newKey>>["at"];

const takings: [string, (at: At) => Promise<unknown>, Answer][] = [
  ["the key is revoked", (at) => acme.admin.api.keys.revoke(at), { status: 401, code: "invalid_api_key" }],
  [
    "the key loses the scope",
    (at) => acme.admin.api.keys.update({ ...at, scopes: "files" }),
    { status: 403, code: "missing_scope" },
  ],
  [
    "the key is for other addresses",
    (at) => acme.admin.api.keys.update({ ...at, ipRanges: "192.0.2.0/24" }),
    { status: 401, code: "invalid_api_key" },
  ],
  [
    "its maker becomes a Viewer",
    ({ workspace }) => acme.admin.api.members.changeRole({ workspace, userId: maker.person.id, role: "viewer" }),
    { status: 403, code: "missing_scope" },
  ],
];

test.each(takings)(
  "I12 a request whose body is slow is refused by what holds once it is here: %s",
  async (_, take, said) => {
    for (const asked of [chat, batch]) {
      maker = await memberOf(acme, "developer");
      const { at, headers } = await newKey();
      expect([asked.path, await slowly({ ...asked, headers }, () => take(at))]).toEqual([asked.path, said]);
    }
    expect(upstream.asked).toEqual([]);
    for (const table of ["batches", "files", "file_uploads"])
      expect([table, await owner`select 1 from ${owner(table)} where workspace_id = ${acme.id}`]).toEqual([table, []]);
  },
);

test("I12 nor is a model changed, or asked that the key is for no more", async () => {
  const id = await ownModel(owner, acme.id, { createdBy: maker.person.id });
  const first = await newKey();
  const rename = { method: "PATCH", path: `/v1/fine_tuning/models/${id}`, body: { name: "Another" } };
  const revoke = () => acme.admin.api.keys.revoke(first.at);
  expect(await slowly({ ...rename, headers: first.headers }, revoke)).toMatchObject({ status: 401 });
  const [row] = await owner`select name from models where id = ${id}`;
  expect(row?.name).not.toBe("Another");
  const second = await newKey();
  const narrow = () => acme.admin.api.keys.update({ ...second.at, models: "large" });
  expect(await slowly({ ...chat, headers: second.headers }, narrow)).toMatchObject({ status: 403 });
  expect(upstream.asked).toEqual([]);
});

test("I12 nor does the playground answer a person who was removed, or signed out, while their question came", async () => {
  const path = `/api/playground/${acme.slug}/chat/completions`;
  const token = randomBytes(32).toString("base64url");
  const hash = createHash("sha256").update(token).digest("base64url");
  const signIn = () =>
    owner`insert into sessions (token_hash, user_id, expires_at) values (${hash}, ${maker.person.id}, now() + interval '1 day')`;
  const signOut = () => owner`delete from sessions where token_hash = ${hash}`;
  const remove = () => acme.admin.api.members.remove({ workspace: acme.slug, userId: maker.person.id });
  const asked = { ...chat, path, headers: { cookie: `atelier.session=${token}` } };
  await signIn();
  expect(await slowly(asked, signOut)).toEqual({ status: 401, code: "not_signed_in" });
  await signIn();
  expect(await slowly(asked, remove)).toEqual({ status: 404, code: "not_found" });
  expect(upstream.asked).toEqual([]);
});
