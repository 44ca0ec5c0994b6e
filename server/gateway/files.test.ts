import { randomBytes, randomUUID } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { Mistral } from "@mistralai/mistralai";
import { Mistral as MistralV1 } from "mistralai-v1";
import { Mistral as MistralV24 } from "mistralai-v2-4";
import OpenAI, { ConflictError, NotFoundError, toFile, UnprocessableEntityError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepFiles } from "@/server/jobs/files";
import { owner } from "@/tests/support/database";
import { startGateway, type TestGateway } from "@/tests/support/gateway";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";

let gateway: TestGateway;
let acme: TestWorkspace;
let apiKey: string;

beforeAll(async () => {
  gateway = await startGateway();
  acme = await workspace();
  apiKey = await keyIn(acme);
});
afterAll(() => gateway.close());

async function keyIn(where: TestWorkspace, more: object = {}, who = where.admin): Promise<string> {
  return (await who.api.keys.create({ workspace: where.slug, name: "A key", ...more })).secret;
}

const line = (answer: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: "What is the sea?" },
      { role: "assistant", content: answer },
    ],
  });
const good = `${line("Much water.")}\r\n\n${line("Salt, mostly.")}\n`;

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const get = (at: string, key = apiKey) => fetch(gateway.url + at, { headers: as(key) });

/** Posts a form: each part a name and a text, or a name and a file. */
function post(parts: [string, string | File][], key = apiKey, more: RequestInit = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return fetch(`${gateway.url}/v1/files`, { method: "POST", headers: as(key), body: form, ...more });
}

const jsonl = (text: string | Buffer, name = "samples.jsonl") => new File([text as string], name);

async function upload(text = good, key = apiKey, more: [string, string][] = []): Promise<string> {
  const answer = await post([["file", jsonl(text)], ...more], key);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

/** The names of everything in the store's folder. */
async function stored(): Promise<string[]> {
  const found = await readdir(String(process.env.FILES_DIR), { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe.each([
  ["@mistralai/mistralai 2.7", (key: string) => new Mistral({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 2.4", (key: string) => new MistralV24({ apiKey: key, serverURL: gateway.url })],
  ["@mistralai/mistralai 1", (key: string) => new MistralV1({ apiKey: key, serverURL: gateway.url })],
] as const)("%s, as it is", (_, client) => {
  test("uploads, lists, retrieves, downloads, links and deletes a file", async () => {
    const { files } = client(apiKey);
    const made = await files.upload({
      file: { fileName: "träning 🌊.jsonl", content: Buffer.from(good) },
      purpose: "fine-tune",
    });
    expect(made).toMatchObject({
      ...{ object: "file", filename: "träning 🌊.jsonl", purpose: "fine-tune", sampleType: "instruct", numLines: 2 },
      ...{ source: "upload", sizeBytes: Buffer.byteLength(good), visibility: "workspace" },
    });
    const listed = await files.list({ pageSize: 1, search: "träning" });
    expect(listed).toMatchObject({
      object: "list",
      data: [{ id: made.id, source: "upload" }],
      total: expect.any(Number),
    });
    expect(await files.list()).toMatchObject({ object: "list" });
    expect((await files.list({ sampleType: ["pretrain"] })).data).toEqual([]);
    expect(await files.retrieve({ fileId: made.id })).toMatchObject({ id: made.id, deleted: false, numLines: 2 });
    const bytes = await new Response((await files.download({ fileId: made.id })) as ReadableStream).text();
    expect(bytes).toBe(good);
    const { url } = await files.getSignedUrl({ fileId: made.id, expiry: 1 });
    expect(await (await fetch(gateway.url + url.slice(new URL(url).origin.length))).text()).toBe(good);
    expect(await files.delete({ fileId: made.id })).toEqual({ id: made.id, object: "file", deleted: true });
    await expect(files.retrieve({ fileId: made.id })).rejects.toMatchObject({ statusCode: 404 });
  });

  test("is told which lines of a file are wrong", async () => {
    const attempt = client(apiKey).files.upload({
      file: { fileName: "a.jsonl", content: Buffer.from(`${line("a")}\nno\n[]`) },
    });
    const error = await attempt.catch((error) => error);
    expect(error.statusCode).toBe(422);
    expect(JSON.parse(error.body)).toMatchObject({
      message: "Line 2 is not JSON. 1 more line is wrong.",
      detail: [
        { loc: ["body", "file", 2], msg: "Line 2 is not JSON.", type: "not_json" },
        { loc: ["body", "file", 3], msg: "Line 3 is not a JSON object.", type: "not_object" },
      ],
    });
  });
});

describe("openai, as it is", () => {
  const client = (key = apiKey) => new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

  test("uploads, lists, retrieves, downloads and deletes a file", async () => {
    const { files } = client();
    const made = await files.create({
      ...{ file: await toFile(Buffer.from(good), "samples.jsonl"), purpose: "fine-tune" },
      ...{ expires_after: { anchor: "created_at", seconds: 7_200 } },
    });
    expect(made).toMatchObject({ object: "file", bytes: Buffer.byteLength(good), status: "processed" });
    expect((made.expires_at ?? 0) - made.created_at).toBe(7_200);
    expect(await files.retrieve(made.id)).toMatchObject({ id: made.id, filename: "samples.jsonl" });
    expect(await (await files.content(made.id)).text()).toBe(good);
    expect(await files.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(files.retrieve(made.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  test("goes through a list of several pages by itself, each file once, in both orders", async () => {
    const other = await workspace();
    const key = await keyIn(other);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push(await upload(good, key));
    const ids = async (order: "asc" | "desc") => {
      const found: string[] = [];
      for await (const { id } of client(key).files.list({ limit: 2, order })) found.push(id);
      return found;
    };
    expect(await ids("asc")).toEqual(made);
    expect(await ids("desc")).toEqual(made.toReversed());
    await expect(client(key).files.list({ after: randomUUID() })).rejects.toBeInstanceOf(NotFoundError);
  });

  test("is told which line is wrong, and that a job needs a file", async () => {
    const attempt = client().files.create({ file: await toFile(Buffer.from("{}"), "a.jsonl"), purpose: "fine-tune" });
    const error = await attempt.catch((error) => error);
    expect(error).toBeInstanceOf(UnprocessableEntityError);
    expect(error).toMatchObject({ code: "invalid_file", param: "file" });
    expect(error.message).toContain('Line 1 has neither "messages" nor "text".');
    const id = await upload();
    await useInJob(acme.id, id, null);
    await expect(client().files.delete(id)).rejects.toBeInstanceOf(ConflictError);
    await owner`update fine_tuning_jobs set status = 'CANCELLED', ended_at = now() where workspace_id = ${acme.id}`;
    expect(await client().files.delete(id)).toMatchObject({ deleted: true });
  });
});

async function useInJob(workspaceId: string, fileId: string, endedAt: Date | null): Promise<void> {
  await owner`
    with job as (
      insert into fine_tuning_jobs (workspace_id, model, hyperparameters, ended_at, status)
      values (${workspaceId}, 'm', '{}', ${endedAt}, ${endedAt ? "SUCCESS" : "RUNNING"}) returning id
    )
    insert into fine_tuning_files (workspace_id, job_id, file_id, use)
    select ${workspaceId}, id, ${fileId}, 'training' from job`;
}

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

test("a file for its uploader alone is there for their keys and nobody else's, not even a service key", async () => {
  const grace = await memberOf(acme, "developer");
  const hers = await keyIn(acme, {}, grace);
  const alsoHers = await keyIn(acme, {}, grace);
  const service = await keyIn(acme, { isService: true });
  const id = await upload(good, hers, [["visibility", "user"]]);
  expect((await get(`/v1/files/${id}`, alsoHers)).status).toBe(200);
  for (const key of [apiKey, service]) {
    expect((await get(`/v1/files/${id}`, key)).status).toBe(404);
    expect((await fetch(`${gateway.url}/v1/files/${id}`, { method: "DELETE", headers: as(key) })).status).toBe(404);
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
  await fetch(`${gateway.url}/v1/files/${id}`, { method: "DELETE", headers: as(apiKey) });
  expect(await opens(url)).toBe(404);
  for (const expiry of ["0", "169", "x", "-1", "1.5"])
    expect((await get(`/v1/files/${await upload()}/url?expiry=${expiry}`)).status).toBe(422);
});

test("each upload and each deletion has one audit row, by the key's owner, that names the key", async () => {
  const other = await workspace();
  const key = await keyIn(other);
  const id = await upload(good, key);
  await fetch(`${gateway.url}/v1/files/${id}`, { method: "DELETE", headers: as(key) });
  await fetch(`${gateway.url}/v1/files/${id}`, { method: "DELETE", headers: as(key) });
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
  expect(await stored()).toContain(id);
  expect((await stored()).every((each) => /^[0-9a-f-]{36}$/.test(each))).toBe(true);
  expect((await get(`/v1/files/${id}/content`)).status).toBe(200);
});

describe("what is refused leaves nothing", () => {
  /** Nothing may be left that was not there before: in the store, of notes, of rows. */
  async function unchanged(run: () => Promise<void>): Promise<void> {
    const look = async () => [(await stored()).toSorted(), await owner`select id from files order by id`];
    const before = await look();
    await run();
    await expect.poll(async () => (await owner`select from file_uploads`).length).toBe(0);
    expect(await look()).toEqual(before);
  }

  const cases: [string, number, string, [string, string | File][]][] = [
    ["no file", 422, "invalid_request", [["purpose", "fine-tune"]]],
    ["a file that is a text", 422, "invalid_request", [["file", "text"]]],
    [
      "two files",
      422,
      "invalid_request",
      [
        ["file", jsonl(good)],
        ["file", jsonl(good)],
      ],
    ],
    ["a file in another field", 422, "invalid_request", [["data", jsonl(good)]]],
    [
      "a file and another one elsewhere",
      422,
      "invalid_request",
      [
        ["file", jsonl(good)],
        ["data", jsonl(good)],
      ],
    ],
    ["a file without a name and a byte", 422, "invalid_request", [["file", new File([], "")]]],
    ["an empty file", 422, "invalid_request", [["file", jsonl("")]]],
    [
      "an empty file that is known to be for fine-tuning",
      422,
      "invalid_request",
      [
        ["purpose", "fine-tune"],
        ["file", jsonl("")],
      ],
    ],
    ["blank lines", 422, "invalid_request", [["file", jsonl("\n\n \r\n")]]],
    ["a bad line", 422, "invalid_file", [["file", jsonl("{}\n")]]],
    [
      "bad lines, early",
      422,
      "invalid_file",
      [
        ["purpose", "fine-tune"],
        ["file", jsonl("x\n".repeat(100_000))],
      ],
    ],
    [
      "a batch that is none",
      422,
      "invalid_file",
      [
        ["file", jsonl(good)],
        ["purpose", "batch"],
      ],
    ],
    [
      "an unknown purpose",
      422,
      "invalid_request",
      [
        ["purpose", "assistants"],
        ["file", jsonl(good)],
      ],
    ],
    [
      "an unknown visibility",
      422,
      "invalid_request",
      [
        ["file", jsonl(good)],
        ["visibility", "everybody"],
      ],
    ],
    [
      "an end in the past",
      422,
      "invalid_request",
      [
        ["file", jsonl(good)],
        ["expiry", "-1"],
      ],
    ],
    [
      "a field that is too long",
      400,
      "malformed_body",
      [
        ["purpose", "x".repeat(2_000)],
        ["file", jsonl(good)],
      ],
    ],
    ["too many fields", 400, "malformed_body", Array.from({ length: 50 }, (_, i) => [`f${i}`, "x"])],
  ];
  test.each(cases)("%s", async (_, status, code, parts) => {
    await unchanged(async () => {
      const answer = await post(parts);
      expect([answer.status, await answer.json()]).toMatchObject([status, { code, error: { code } }]);
    });
  });

  const raw = (type: string, body: string | Uint8Array, more = {}) =>
    fetch(`${gateway.url}/v1/files`, {
      ...{ method: "POST", body: body as string },
      headers: { ...as(apiKey), "content-type": type, ...more },
    });

  test.each([
    ["no boundary", "multipart/form-data", 415],
    ["an empty boundary", "multipart/form-data; boundary=", 400],
    ["JSON", "application/json", 415],
    ["a form of pairs", "application/x-www-form-urlencoded", 415],
    ["another boundary than it says", "multipart/form-data; boundary=other", 400],
  ])("%s", async (_, type, status) => {
    await unchanged(async () => {
      const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${good}\r\n--x--\r\n`;
      const answer = await raw(type, body);
      expect([400, 415, 422]).toContain(answer.status);
      if (status === 415) expect(answer.status).toBe(status);
    });
  });

  test("a form that stops in the middle of its file, or is compressed", async () => {
    const start = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${good}`;
    await unchanged(async () => {
      expect((await raw("multipart/form-data; boundary=x", start)).status).toBe(400);
      expect((await raw("multipart/form-data; boundary=x", start, { "content-encoding": "gzip" })).status).toBe(415);
    });
  });

  /** Sends a request by hand, with a body of which not everything may come. */
  function connect(headers: string[], body: (socket: net.Socket) => void): Promise<string> {
    return new Promise((resolve) => {
      const socket = net.connect(Number(new URL(gateway.url).port), "127.0.0.1", () => {
        socket.write(
          `${["POST /v1/files HTTP/1.1", "Host: x", `Authorization: Bearer ${apiKey}`, "Content-Type: multipart/form-data; boundary=x", ...headers].join("\r\n")}\r\n\r\n`,
        );
        body(socket);
      });
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(text));
    });
  }
  const begun = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${good.repeat(5_000)}`;

  test("a client that goes away at half", async () => {
    await unchanged(async () => {
      await connect(["Content-Length: 100000000"], (socket) => {
        socket.write(begun);
        setTimeout(() => socket.destroy(), 100);
      });
    });
  });

  test("a client that says there is more than it sends, after a whole form", async () => {
    await unchanged(async () => {
      const whole = `${begun}\r\n--x--\r\n`;
      await connect([`Content-Length: ${whole.length + 500}`], (socket) => {
        socket.write(whole);
        setTimeout(() => socket.end(), 100);
      });
    });
  });

  test("a file that is said to be larger than it may be is refused before it comes", async () => {
    await unchanged(async () => {
      const answer = await connect(["Content-Length: 600000000", "Connection: close"], (socket) => socket.write(begun));
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain("file_too_large");
    });
  });

  test("a store that has no room, and one that does not work", async () => {
    const { diskStore } = await import("@/server/files/disk-store");
    const { StoreDown, StoreFull } = await import("@/server/files/store");
    expect(diskStore).toBeTypeOf("function");
    const storage = await import("@/server/files/storage");
    const real = storage.store();
    const { put } = real;
    await unchanged(async () => {
      for (const [failure, status, code] of [
        [new StoreFull(new Error("ENOSPC")), 507, "storage_full"],
        [new StoreDown(new Error("EIO")), 503, "files_unavailable"],
      ] as const) {
        real.put = async (_workspace, _id, source) => {
          for await (const _ of source) throw failure;
        };
        const answer = await post([["file", jsonl(good)]]);
        expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
      }
      real.put = put;
    });
  });

  test("a folder that has become a file", async () => {
    const folder = path.join(String(process.env.FILES_DIR), "incoming");
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, "");
    const answer = await post([["file", jsonl(good)]]);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: "files_unavailable" }]);
    expect(answer.headers.get("retry-after")).toBe("5");
    // What was noted could not be taken away either; the job does it as soon as that is possible.
    const left = async () => (await owner`select from file_uploads where abandoned_at is not null`).length;
    expect(await left()).toBe(1);
    await keepFiles();
    expect(await left()).toBe(1);
    await rm(folder);
    await keepFiles();
    expect(await left()).toBe(0);
    await upload();
  });

  test("a key that is revoked while the file is on its way", async () => {
    const other = await workspace();
    const key = await keyIn(other);
    await unchanged(async () => {
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(Buffer.from(begun));
          await new Promise((resolve) => setTimeout(resolve, 50));
          await other.admin.api.keys.revoke({ workspace: other.slug, keyId: key.slice(4, 16) });
          controller.enqueue(Buffer.from("\r\n--x--\r\n"));
          controller.close();
        },
      });
      const init = {
        method: "POST",
        body,
        duplex: "half",
        headers: { ...as(key), "content-type": "multipart/form-data; boundary=x" },
      };
      const answer = await fetch(`${gateway.url}/v1/files`, init as RequestInit);
      expect(answer.status).toBe(401);
    });
  });
});

test("a workspace uploads so many files an hour", async () => {
  const other = await workspace();
  const key = await keyIn(other);
  await owner`insert into rate_buckets (key, level, at) values (${`uploads:${other.id}`}, 300, clock_timestamp())`;
  const answer = await post([["file", jsonl(good)]], key);
  expect([answer.status, await answer.json()]).toMatchObject([429, { code: "uploads_per_hour" }]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
});
