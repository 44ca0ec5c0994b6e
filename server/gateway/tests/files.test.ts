import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import {
  as,
  type FileClient,
  fileClient,
  goodFile as good,
  jsonl,
  miscounted,
  storedNames,
} from "@/tests/support/gateway/files";
import type { TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

let files: FileClient;
let gateway: TestGateway;
let acme: TestWorkspace;
let apiKey: string;

beforeAll(async () => {
  files = await fileClient();
  ({ gateway, acme, apiKey } = files);
});
afterAll(async () => {
  expect(await miscounted(owner)).toEqual([]);
  await gateway.close();
});

const get: FileClient["get"] = (...args) => files.get(...args);
const post: FileClient["post"] = (...args) => files.post(...args);
const upload: FileClient["upload"] = (...args) => files.upload(...args);
const keyIn: FileClient["keyIn"] = (...args) => files.keyIn(...args);

test("pages are those of Mistral's clients, with a total unless it is not wanted", async () => {
  const other = await workspace();
  const key = await keyIn(other);
  const made: string[] = [];
  for (let i = 0; i < 3; i++) made.push(await upload(good, key));
  const page = async (query: string) => (await (await get(`/v1/files?${query}`, key)).json()) as Listed;
  type Listed = { data: { id: string }[]; total?: number; has_more?: boolean };
  const ids = ({ data }: Listed) => data.map(({ id }) => id);
  expect(await page("page=1&page_size=2")).toMatchObject({ total: 3, data: [{ id: made[0] }] });
  expect(await page("page=0&page_size=2")).not.toHaveProperty("has_more");
  expect(await page("page=9&page_size=2")).toMatchObject({ total: 3, data: [] });
  expect(await page("page=0&include_total=false")).not.toHaveProperty("total");
  expect(await page("limit=2")).toMatchObject({ has_more: true });
  expect(ids(await page(""))).toEqual(made.toReversed());
  for (const nothing of [
    "purpose=assistants",
    "sample_type=pretrain",
    "source=mistral",
    "mimetypes=text/csv",
    "search=%25",
  ])
    expect(await page(`page=0&${nothing}`)).toMatchObject({ data: [], total: 0 });
  for (const all of ["purpose=fine-tune", "sample_type=pretrain&sample_type=instruct", "source=upload", "search=AMPL"])
    expect(ids(await page(all))).toHaveLength(3);
  for (const bad of [
    "limit=0",
    "limit=x",
    "page=-1",
    "page_size=5000",
    "order=up",
    "after=x",
    "include_total=1",
    "search=%00",
  ]) {
    const answer = await get(`/v1/files?${bad}`, key);
    expect([bad, answer.status]).toEqual([bad, 422]);
    expect(await answer.json()).toMatchObject({ detail: [{ loc: ["query", bad.split("=")[0]] }], error: {} });
  }
});

test("V1-03 a file of another workspace is answered like none at all, whatever is asked of it, and stays", async () => {
  const id = await upload();
  const key = await keyIn(await workspace());
  const bodyOf = async (at: string, method = "GET") => {
    const answer = await fetch(`${gateway.url}/v1/files/${at}`, { method, headers: as(key) });
    return [answer.status, await answer.text()];
  };
  for (const what of ["", "/content", "/url", "/signed"]) {
    const foreign = await bodyOf(id + what);
    expect(foreign[0]).toBe(404);
    expect(foreign).toEqual(await bodyOf(randomUUID() + what));
  }
  expect(await bodyOf(id, "DELETE")).toEqual(await bodyOf(randomUUID(), "DELETE"));
  expect(await bodyOf("..%2f..%2fetc")).toEqual(await bodyOf(randomUUID()));
  expect((await get(`/v1/files?after=${id}`, key)).status).toBe(404);
  expect(((await (await get("/v1/files", key)).json()) as { data: [] }).data).toEqual([]);
  expect(await (await get(`/v1/files/${id}/content`)).text()).toBe(good);
});

test("a file for its uploader alone is there only for their keys, not even for a service key", async () => {
  const grace = await memberOf(acme, "developer");
  const hers = await keyIn(acme, {}, grace);
  const alsoHers = await keyIn(acme, {}, grace);
  const service = await keyIn(acme, { isService: true });
  const id = await upload(good, hers, [["visibility", "user"]]);
  expect((await get(`/v1/files/${id}`, alsoHers)).status).toBe(200);
  for (const key of [apiKey, service]) {
    expect((await get(`/v1/files/${id}`, key)).status).toBe(404);
    expect((await files.remove(id, key)).status).toBe(404);
    expect(JSON.stringify(await (await get("/v1/files?limit=1000", key)).json())).not.toContain(id);
  }
  const refused = await post(
    [
      ["file", jsonl(good)],
      ["visibility", "user"],
    ],
    service,
  );
  expect([refused.status, await refused.json()]).toMatchObject([422, { param: "visibility" }]);
  expect((await get(`/v1/files/${await upload(good, service)}`)).status).toBe(200);
});

test("a key without the scope is refused before anything of a file is read", async () => {
  const chat = await keyIn(acme, { scopes: ["chat"] });
  for (const answer of [await post([["file", jsonl(good)]], chat), await get("/v1/files", chat)]) {
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "missing_scope" });
  }
});

test("a download is saved and never shown", async () => {
  const answer = await post([
    ["file", jsonl(`${JSON.stringify({ text: "<script>alert(1)</script>" })}\n`, "a'; x=é.html")],
  ]);
  const { id } = (await answer.json()) as { id: string };
  const { headers } = await get(`/v1/files/${id}/content`);
  expect(headers.get("content-type")).toBe("application/octet-stream");
  expect(headers.get("content-disposition")).toMatch(
    /^attachment; filename="a'; x=_.html"; filename\*=UTF-8''a%27%3B%20x%3D%C3%A9.html$/,
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("sandbox");
  expect(headers.get("cache-control")).toContain("no-store");
  const head = await fetch(`${gateway.url}/v1/files/${id}/content`, { method: "HEAD", headers: as(apiKey) });
  expect([head.status, head.headers.get("content-length")]).toEqual([200, "37"]);
});

test("a signed link opens one file, without a key, until its end or the file's", async () => {
  const id = await upload();
  const { url } = (await (await get(`/v1/files/${id}/url?expiry=2`)).json()) as { url: string };
  expect(url).toMatch(/^http:\/\/localhost:3000\/v1\/files\//);
  const opens = async (address: string) => (await fetch(address.replace("http://localhost:3000", gateway.url))).status;
  expect(await opens(url)).toBe(200);
  expect(await opens(url.replace(id, await upload()))).toBe(404);
  expect(await opens(url.slice(0, -3) + (url.endsWith("AAA") ? "BBB" : "AAA"))).toBe(404);
  expect(await opens(url.replace(/grant=.*/, ""))).toBe(404);
  const now = Date.now;
  Date.now = () => now() + 2 * 3_600_000 + 1_000;
  expect(await opens(url)).toBe(404);
  Date.now = now;
  await owner`update files set expires_at = now() - interval '1 second' where id = ${id}`;
  expect(await opens(url)).toBe(404);
  await owner`update files set expires_at = null where id = ${id}`;
  expect(await opens(url)).toBe(200);
  await files.remove(id, apiKey);
  expect(await opens(url)).toBe(404);
  for (const expiry of ["0", "169", "x", "-1", "1.5"])
    expect((await get(`/v1/files/${await upload()}/url?expiry=${expiry}`)).status).toBe(422);
});

test("IS-06 a signed link ends with what it opens: its key, the key's scope, its maker, the file's visibility, the workspace", async () => {
  const other = await workspace();
  const grace = await memberOf(other, "developer");
  const at = { workspace: other.slug };
  const { secret, id: keyId } = await grace.api.keys.create({ ...at, name: "A key" });
  const shared = await upload(good, secret);
  const own = await upload(good, secret, [["visibility", "user"]]);
  const link = async (id: string) => ((await (await get(`/v1/files/${id}/url`, secret)).json()) as { url: string }).url;
  const urls = [await link(shared), await link(own)];
  const open = () =>
    Promise.all(urls.map(async (url) => (await fetch(url.replace("http://localhost:3000", gateway.url))).status));
  expect(await open()).toEqual([200, 200]);
  const one = { ...at, keyId };
  await grace.api.keys.disable(one);
  expect(await open()).toEqual([404, 404]);
  await grace.api.keys.enable(one);
  await grace.api.keys.update({ ...one, scopes: "chat" });
  expect(await open()).toEqual([404, 404]);
  await grace.api.keys.update({ ...one, scopes: ["chat", "files"] });
  await other.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "viewer" });
  expect(await open()).toEqual([404, 404]);
  await other.admin.api.members.changeRole({ ...at, userId: grace.person.id, role: "developer" });
  expect(await open()).toEqual([200, 200]);
  await owner`update workspaces set deleted_at = now() where id = ${other.id}`;
  expect(await open()).toEqual([404, 404]);
  await owner`update workspaces set deleted_at = null where id = ${other.id}`;
  // A kept key is the workspace's: what was for its maker alone is closed.
  await other.admin.api.members.remove({ ...at, userId: grace.person.id, keys: "keep" });
  expect(await open()).toEqual([200, 404]);
  await other.admin.api.keys.revoke(one);
  expect(await open()).toEqual([404, 404]);
});

test("each upload and each deletion has one audit row, by the key's owner, that names the key", async () => {
  const other = await workspace();
  const key = await keyIn(other);
  const id = await upload(good, key);
  await files.remove(id, key);
  await files.remove(id, key);
  const rows =
    await owner`select * from audit_events where workspace_id = ${other.id} and target_type = 'file' order by at`;
  expect(rows).toMatchObject([
    { action: "file.uploaded", actor_id: other.admin.person.id, target_id: id, ip: "203.0.113.7", after: { lines: 2 } },
    { action: "file.deleted", actor_id: other.admin.person.id, target_id: id, before: { filename: "samples.jsonl" } },
  ]);
  for (const { after } of rows) expect(after.keyId).toBe(key.slice(4, 16));
});

test("fields may come before the file or after it", async () => {
  const fields: [string, string][] = [
    ["purpose", "ocr"],
    ["visibility", "user"],
    ["expiry", "24"],
  ];
  const file: [string, File] = ["file", jsonl(randomBytes(100), "scan.pdf")];
  for (const parts of [
    [...fields, file],
    [file, ...fields],
  ] as [string, string | File][][]) {
    const answer = await post(parts);
    expect(await answer.json()).toMatchObject({ purpose: "ocr", visibility: "user", num_lines: null, mimetype: null });
  }
});

const hostile: [string, string][] = [
  ["../../../etc/passwd", "passwd"],
  ["C:\\temp\\a.jsonl", "a.jsonl"],
  ["..", "file"],
  ["a\u202Elnosj.exe", "alnosj.exe"],
  ["a\tb.jsonl", "ab.jsonl"],
  [`${"x".repeat(400)}.jsonl`, `${"x".repeat(249)}.jsonl`],
  ["cafe\u0301.jsonl", "café.jsonl"],
  ["__proto__", "__proto__"],
  ["\u200b", "file"],
];
test.each(hostile)("a file that is called %j is shown as %j and kept under its id", async (name, expected) => {
  const answer = await post([["file", jsonl(good, name)]]);
  const { id, filename } = (await answer.json()) as { id: string; filename: string };
  expect(filename).toBe(expected);
  expect(await storedNames()).toContain(id);
  expect((await storedNames()).every((each) => /^[0-9a-f-]{36}$/.test(each))).toBe(true);
  expect((await get(`/v1/files/${id}/content`)).status).toBe(200);
});

test("a workspace uploads so many files an hour", async () => {
  const other = await workspace();
  const key = await keyIn(other);
  await owner`insert into rate_buckets (key, level, at) values (${`uploads:${other.id}`}, 300, clock_timestamp())`;
  const answer = await post([["file", jsonl(good)]], key);
  expect([answer.status, await answer.json()]).toMatchObject([429, { code: "uploads_per_hour" }]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
});
