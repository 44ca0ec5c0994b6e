import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { transaction } from "@/db/client";
import { NoSuchObject } from "@/server/files/store";
import { seal } from "@/server/platform/sealed";
import { owner } from "@/tests/support/database";
import { memberOf, workspace } from "@/tests/support/people";
import type { LineAnswer, LineDoor } from "./door";
import { mostActive } from "./input";
import { startBatches } from "./job";
import { listDue, listLines } from "./running/queries";
import { sealedAs } from "./running/recorder";
import type { FileStore } from "./running/write-files";

const line = JSON.stringify({ custom_id: "a", method: "POST", url: "/v1/embeddings", body: { model: "m" } });

async function batchIn({ id }: { id: string }, userId: string): Promise<string> {
  const [file] = await owner`
    insert into files (workspace_id, filename, bytes, sha256, purpose, lines)
    values (${id}, 'a.jsonl', 1, ${Buffer.alloc(32)}, 'batch', 1) returning id`;
  const [batch] = await owner`
    insert into batches (workspace_id, endpoint, form, input_file_id, created_by, expires_at)
    values (${id}, '/v1/embeddings', 'openai', ${file?.id}, ${userId}, now() + interval '1 day') returning id`;
  return batch?.id;
}

afterEach(() => owner`update batches set status = 'cancelled', ended_at = now() where ended_at is null`);

const statusOf = async (id: string) => (await owner`select status from batches where id = ${id}`)[0]?.status;

test("a batch whose lines wait makes room for another workspace's, and goes on later", async () => {
  const [slow, quick] = [await workspace(), await workspace()];
  const used = { promptTokens: 0, completionTokens: 0, cost: 0, isCharged: false };
  const common = { requestId: randomUUID(), mayRetry: true, used, written: Promise.resolve() };
  const error = { status: 429, code: "rate_limited", message: "Later.", param: null };
  const waits: LineAnswer = { ...common, status: 429, body: "{}", error, retryAfterSeconds: 60 };
  const answered: LineAnswer = { ...common, status: 200, body: "{}", retryAfterSeconds: undefined };
  let isSlow = true;
  const door: LineDoor = {
    findLoss: async () => undefined,
    findUsedUp: async () => undefined,
    roomFor: () => () => {},
    check: async () => ({ cost: 0 }),
    // It continues as soon as the other one was served.
    async answer({ workspaceId }) {
      if (workspaceId === quick.id) isSlow = false;
      return isSlow ? waits : answered;
    },
  };
  const store: FileStore = {
    open: async () => Readable.from([Buffer.from(line)]),
    async put(_workspaceId, _id, content) {
      for await (const _ of content);
    },
  };
  const first = await batchIn(slow, slow.admin.person.id);
  const job = startBatches(door, store, { atOnce: 1, turnMs: 500 });
  try {
    await expect.poll(() => statusOf(first), { timeout: 20_000 }).toBe("in_progress");
    const second = await batchIn(quick, quick.admin.person.id);
    await expect.poll(() => statusOf(second), { timeout: 20_000 }).toBe("completed");
    await expect.poll(() => statusOf(first), { timeout: 20_000 }).toBe("completed");
  } finally {
    await job.stop();
  }
}, 90_000);

test("of the lines that wait no more are held than there is room for, and the others are read later", async () => {
  const acme = await workspace();
  const count = 40;
  let [held, most, asked] = [0, 0, 0];
  const used = { promptTokens: 0, completionTokens: 0, cost: 0, isCharged: false };
  const common = { mayRetry: true, used, written: Promise.resolve(), status: 200, body: "{}" };
  const door: LineDoor = {
    findLoss: async () => undefined,
    findUsedUp: async () => undefined,
    roomFor() {
      // Two lines have room; to find that out, at most one more line was read.
      if (held === 2) return undefined;
      most = Math.max(most, ++held);
      let isHeld = true;
      return () => {
        if (isHeld) held--;
        isHeld = false;
      };
    },
    check: async () => ({ cost: 0 }),
    async answer() {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { ...common, requestId: randomUUID(), retryAfterSeconds: undefined };
    },
  };
  const lines = Array.from({ length: count }, (_, i) => line.replace('"a"', `"${i}"`));
  const store: FileStore = {
    open: async () => Readable.from([Buffer.from(lines.join("\n"))]),
    async put(_workspaceId, _id, content) {
      for await (const _ of content);
    },
  };
  const id = await batchIn(acme, acme.admin.person.id);
  const job = startBatches(door, store);
  try {
    await expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe("completed");
  } finally {
    await job.stop();
  }
  expect([most, asked, held]).toEqual([2, count, 0]);
}, 60_000);

test("many batches of one workspace keep none of another off the list of those that are due", async () => {
  const [many, one] = [await workspace(), await workspace()];
  const { person } = await memberOf(many, "developer");
  for (let i = 0; i < 6; i++) await batchIn(many, person.id);
  const id = await batchIn(one, one.admin.person.id);
  const due = await transaction("read", {}, (db) => listDue(db, 2, 4));
  expect(due.map(({ workspaceId }) => workspaceId)).toEqual([many.id, one.id]);
  expect(due[1]).toEqual({ workspaceId: one.id, id });
});

test("of batches that are created at once no more begin than a workspace may have", async () => {
  const acme = await workspace();
  const ids = await Promise.all(Array.from({ length: mostActive - 3 }, () => batchIn(acme, acme.admin.person.id)));
  const [row] = await owner`select input_file_id as id from batches where id = ${ids[0] ?? ""}`;
  const input = { workspace: acme.slug, fileId: row?.id, endpoint: "/v1/embeddings" as const };
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => acme.admin.api.batches.create(input)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  const [counted] = await owner`select count(*)::int as n from batches where workspace_id = ${acme.id}`;
  expect(counted?.n).toBe(mostActive);
});

test("a batch whose file is not in the store has failed, and says so; what was answered before is in its output", async () => {
  const { id, admin } = await workspace();
  const door: LineDoor = {
    findLoss: async () => undefined,
    findUsedUp: async () => undefined,
    roomFor: () => () => {},
    check: async () => ({ cost: 0 }),
    answer: () => Promise.reject(new Error("nothing is to be sent")),
  };
  const put: string[] = [];
  const store: FileStore = {
    open: () => Promise.reject(new NoSuchObject("it is not there")),
    async put(_workspaceId, _id, content) {
      for await (const piece of content) put.push(Buffer.from(piece).toString());
    },
  };
  const [unchecked, halfSent] = [await batchIn({ id }, admin.person.id), await batchIn({ id }, admin.person.id)];
  await owner`update batches set status = 'in_progress', total = 2, completed = 1 where id = ${halfSent}`;
  const sealed = seal(sealedAs, Buffer.from("an answer\n"));
  await owner`insert into batch_lines (workspace_id, batch_id, line, is_error, sealed) values (${id}, ${halfSent}, 1, false, ${sealed})`;
  const job = startBatches(door, store);
  try {
    for (const batch of [unchecked, halfSent]) {
      await expect.poll(() => statusOf(batch), { timeout: 20_000 }).toBe("failed");
      const [row] = await owner`select errors, output_file_id as output from batches where id = ${batch}`;
      expect(row?.errors).toEqual([
        {
          code: "file_not_found",
          message: "The input file is not there any more.",
          line: null,
          param: "input_file_id",
        },
      ]);
      expect(row?.output === null).toBe(batch === unchecked);
    }
    expect(put).toEqual(["an answer\n"]);
  } finally {
    await job.stop();
  }
}, 60_000);

test("a batch whose every line fails is completed, with all of them in its error file and no output", async () => {
  const { id, admin } = await workspace();
  const used = { promptTokens: 0, completionTokens: 0, cost: 0, isCharged: false };
  const door: LineDoor = {
    findLoss: async () => undefined,
    findUsedUp: async () => undefined,
    roomFor: () => () => {},
    check: async () => ({ cost: 0 }),
    answer: async () => ({
      ...{ requestId: randomUUID(), mayRetry: false, used, written: Promise.resolve(), retryAfterSeconds: undefined },
      ...{ status: 400, body: "{}", error: { status: 400, code: "too_long", message: "Too long.", param: null } },
    }),
  };
  const file = Array.from({ length: 300 }, (_, i) => line.replace('"a"', `"a${i}"`)).join("\n");
  const put: string[] = [];
  const store: FileStore = {
    open: async () => Readable.from([Buffer.from(file)]),
    async put(_workspaceId, _id, content) {
      for await (const piece of content) put.push(Buffer.from(piece).toString());
    },
  };
  const batch = await batchIn({ id }, admin.person.id);
  const job = startBatches(door, store);
  try {
    await expect.poll(() => statusOf(batch), { timeout: 20_000 }).toBe("completed");
    const [row] = await owner`
      select completed, failed, output_file_id is null as "hasNoOutput", error_file_id is not null as "hasErrors" from batches
      where id = ${batch}`;
    expect(row).toEqual({ completed: 0, failed: 300, hasNoOutput: true, hasErrors: true });
    expect(put.map((text) => JSON.parse(text).custom_id)).toEqual(Array.from({ length: 300 }, (_, i) => `a${i}`));
  } finally {
    await job.stop();
  }
}, 60_000);

test("answers are read in order, as many at once as fit, and a long one by itself", async () => {
  const { id, admin } = await workspace();
  const batch = await batchIn({ id }, admin.person.id);
  const lengths = [10, 10, 10, 500, 10, 10];
  for (const [i, length] of lengths.entries())
    await owner`
      insert into batch_lines (workspace_id, batch_id, line, is_error, sealed)
      values (${id}, ${batch}, ${i + 1}, ${i === 1}, ${Buffer.alloc(length)})`;
  const pages: number[][] = [];
  for (let after = 0; ; ) {
    const rows = await transaction("read", { workspaceId: id }, (db) =>
      listLines(db, id, batch, { isError: false, after, limit: 3, bytes: 15 }),
    );
    if (rows.length === 0) break;
    pages.push(rows.map(({ line }) => line));
    expect(rows.map(({ line, sealed }) => sealed.length === lengths[line - 1])).not.toContain(false);
    after = rows.at(-1)?.line ?? 0;
  }
  expect(pages).toEqual([[1, 3], [4], [5, 6]]);
});
