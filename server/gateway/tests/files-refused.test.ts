import { rm, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepFiles } from "@/server/files/job";
import { owner } from "@/tests/support/database";
import { as, type FileClient, fileClient, goodFile as good, jsonl, storedNames } from "@/tests/support/gateway/files";
import type { TestGateway } from "@/tests/support/gateway/gateway";
import { type Caller, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";
import { waitingFor } from "@/tests/support/waiting";

let files: FileClient;
let gateway: TestGateway;
let apiKey: string;

beforeAll(async () => {
  files = await fileClient();
  ({ gateway, apiKey } = files);
});
afterAll(() => gateway.close());

const post: FileClient["post"] = (...args) => files.post(...args);
const upload: FileClient["upload"] = (...args) => files.upload(...args);
const keyIn: FileClient["keyIn"] = (...args) => files.keyIn(...args);

test("OP-10 files take no more room than operators allow, also when several are uploaded at once", async () => {
  const acme = await workspace();
  const key = await keyIn(acme);
  const text = good.repeat(4);
  const size = Buffer.byteLength(text);
  await owner`update workspaces set most_file_bytes = ${2 * size - 1} where id = ${acme.id}`;
  // All have arrived, and been found to have room by what was there, before any of them is kept.
  const sent = await owner.begin(async (tx) => {
    await tx`lock table files in share mode`;
    const answers = Array.from({ length: 3 }, () => post([["file", jsonl(text)]], key));
    await waitingFor(answers.length);
    return { answers };
  });
  const answers = await Promise.all(sent.answers);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 413, 413]);
  const refused = await post([["file", jsonl(text)]], key);
  const message = expect.stringMatching(/ See http[^ ]+\/w\/[^ /]+\/limits\?of=ceiling&measure=files$/);
  expect([refused.status, await refused.json()]).toMatchObject([413, { error: { code: "storage_ceiling", message } }]);
  const kept = await owner`select id from files where workspace_id = ${acme.id}`;
  expect(kept).toHaveLength(1);
  await expect.poll(async () => (await owner`select from file_uploads`).length).toBe(0);
  await owner`update workspaces set most_file_bytes = ${2 * size} where id = ${acme.id}`;
  await upload(text, key);
});

describe("what is refused leaves nothing", () => {
  /** Nothing may be left that was not there before: in the store, of notes, of rows. */
  async function unchanged(run: () => Promise<void>): Promise<void> {
    const look = async () => [(await storedNames()).toSorted(), await owner`select id from files order by id`];
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
        ["visibility", "public"],
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
    const { StoreDown, StoreFull } = await import("@/server/files/store");
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

  test("a database that goes away before the row, and comes back after the instance has given up", async () => {
    const { store } = await import("@/server/files/storage");
    const real = store();
    const { put } = real;
    const [{ name } = { name: "" }] = await owner`select current_database() as name`;
    await unchanged(async () => {
      real.put = async (...args) => {
        await put.apply(real, args);
        await owner.unsafe(`alter database "${name}" connection limit 0`);
        await owner`
          select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and application_name = 'atelier'`;
      };
      const before = (await storedNames()).length;
      const answer = await post([["file", jsonl(good)]]);
      expect(answer.status).toBe(503);
      real.put = put;
      // Nothing could be put right: the bytes are still there, and so is the note.
      expect(await storedNames()).toHaveLength(before + 1);
      await owner.unsafe(`alter database "${name}" connection limit -1`);
      await owner`update file_uploads set begun_at = now() - interval '3 hours'`;
      await keepFiles();
    });
  });

  test("a row that the database does not take", async () => {
    await unchanged(async () => {
      await owner`revoke insert on files from atelier_app`;
      const answer = await post([["file", jsonl(good)]]);
      await owner`grant insert on files to atelier_app`;
      expect(answer.status).toBe(503);
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

  test.each<[string, (key: string, where: { slug: string; api: Caller }) => Promise<unknown>]>([
    ["a key that is revoked", (key, { slug, api }) => api.keys.revoke({ workspace: slug, keyId: key.slice(4, 16) })],
    [
      "a workspace that is suspended",
      async (_, { slug }) => (await operator()).api.instance.suspend({ slug, reason: "" }),
    ],
  ])("%s while the file is on its way", async (_, take) => {
    const other = await workspace();
    const key = await keyIn(other);
    await unchanged(async () => {
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(Buffer.from(begun));
          await new Promise((resolve) => setTimeout(resolve, 50));
          await take(key, { slug: other.slug, api: other.admin.api });
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
