import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { transaction } from "@/db/client";
import { owner } from "@/tests/support/database";
import { miscounted } from "@/tests/support/gateway/files";
import { type TestWorkspace, workspace } from "@/tests/support/people";
import { keepFiles, startFileKeeping } from "./job";
import { add } from "./queries";
import { store } from "./storage";
import { NoSuchObject, StoreDown } from "./store";
import * as uploads from "./uploads/queries";

let acme: TestWorkspace;
beforeEach(async () => {
  acme = await workspace();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => expect(await miscounted(owner)).toEqual([]));

async function* bytes() {
  yield Buffer.from("{}\n");
}

/** Returns a file with its bytes, as an upload leaves it. */
async function file({ hours = null as number | null } = {}): Promise<string> {
  const id = randomUUID();
  await store().put(acme.id, id, bytes());
  await transaction("write", { workspaceId: acme.id }, (db) =>
    add(db, acme.id, {
      ...{ id, filename: "a.jsonl", bytes: 3, sha256: randomBytes(32), purpose: "fine-tune", sampleType: "instruct" },
      ...{ lines: 1, visibility: "workspace", uploadedBy: acme.admin.person.id, keyId: null, hours },
    }),
  );
  return id;
}

async function isKept(id: string): Promise<boolean> {
  try {
    (await store().open(acme.id, id)).destroy();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(NoSuchObject);
    return false;
  }
}

const remove = (fileId: string) => acme.admin.api.files.remove({ workspace: acme.slug, fileId });

test("the bytes of a deleted file are erased, and its row says so and stays", async () => {
  const [gone, stays] = [await file(), await file()];
  await remove(gone);
  await keepFiles();
  expect([await isKept(gone), await isKept(stays)]).toEqual([false, true]);
  const rows =
    await owner`select id, erased_at is not null as erased from files where workspace_id = ${acme.id} order by created_at`;
  expect(rows).toEqual([
    { id: gone, erased: true },
    { id: stays, erased: false },
  ]);
  expect((await keepFiles()).erased).toBe(0);
});

test("a file that has expired is hidden at once, and deleted with an audit row", async () => {
  const id = await file({ hours: 1 });
  await keepFiles();
  expect(await isKept(id)).toBe(true);
  await owner`update files set expires_at = now() - interval '1 second' where id = ${id}`;
  expect((await acme.admin.api.files.list({ workspace: acme.slug })).rows).toEqual([]);
  await Promise.all([keepFiles(), keepFiles()]);
  expect(await isKept(id)).toBe(false);
  const events = await owner`select action, actor_id from audit_events where target_id = ${id}`;
  expect(events).toEqual([{ action: "file.expired", actor_id: null }]);
});

test("a file that a job under way reads can be neither deleted nor expire until the job has ended", async () => {
  const id = await file({ hours: 1 });
  const [job] = await owner`
    insert into fine_tuning_jobs (workspace_id, model, hyperparameters) values (${acme.id}, 'm', '{}') returning id`;
  await owner`
    insert into fine_tuning_files (workspace_id, job_id, file_id, use) values (${acme.id}, ${job?.id}, ${id}, 'training')`;
  await expect(remove(id)).rejects.toThrow("A fine-tuning job or a batch under way uses this file.");
  await owner`update files set expires_at = now() - interval '1 second' where id = ${id}`;
  await keepFiles();
  expect(await isKept(id)).toBe(true);
  await owner`update fine_tuning_jobs set status = 'SUCCESS', ended_at = now() where id = ${job?.id}`;
  await keepFiles();
  expect(await isKept(id)).toBe(false);
});

test("CR a file is never both deleted and taken by a job: one of the two comes first", async () => {
  const { holdFile } = await import("./queries");
  for (let round = 0; round < 20; round++) {
    const id = await file();
    const take = transaction("write", { workspaceId: acme.id }, async (db) => {
      const held = await holdFile(db, acme.id, { userId: null }, id);
      if (!held) return false;
      await db.execute(`
        with job as (
          insert into fine_tuning_jobs (workspace_id, model, hyperparameters) values ('${acme.id}', 'm', '{}') returning id
        )
        insert into fine_tuning_files (workspace_id, job_id, file_id, use) select '${acme.id}', id, '${id}', 'training' from job`);
      return true;
    });
    const [isTaken, isDeleted] = await Promise.all([
      take,
      remove(id).then(
        () => true,
        () => false,
      ),
    ]);
    expect(isTaken).not.toBe(isDeleted);
  }
});

test("an upload that was killed between its bytes and its row leaves nothing, once it can be no more", async () => {
  const id = randomUUID();
  await transaction("write", { workspaceId: acme.id }, (db) => uploads.begin(db, acme.id, id));
  await store().put(acme.id, id, bytes());
  await keepFiles();
  expect(await isKept(id)).toBe(true);
  await owner`update file_uploads set begun_at = now() - interval '3 hours' where id = ${id}`;
  await Promise.all([keepFiles(), keepFiles()]);
  expect(await isKept(id)).toBe(false);
  expect(await owner`select from file_uploads where id = ${id}`).toHaveLength(0);
});

test("an upload that goes on after it was given up becomes no file", async () => {
  const id = randomUUID();
  const inside = <T>(run: Parameters<typeof transaction<T>>[2]) => transaction("write", { workspaceId: acme.id }, run);
  await inside((db) => uploads.begin(db, acme.id, id));
  expect(await inside((db) => uploads.abandon(db, acme.id, id))).toBe(true);
  expect(await inside((db) => uploads.finish(db, acme.id, id))).toBe(false);
  await inside((db) => uploads.forget(db, acme.id, id));
  expect(await inside((db) => uploads.finish(db, acme.id, id))).toBe(false);
});

test("an upload that has become a file cannot be given up: its bytes stay", async () => {
  const id = await file();
  const isLeft = await transaction("write", { workspaceId: acme.id }, (db) => uploads.abandon(db, acme.id, id));
  expect(isLeft).toBe(false);
});

test("nothing is erased that no row names: not another installation's files, nor other files in the same folder", async () => {
  const [stranger, id] = [randomUUID(), randomUUID()];
  await store().put(stranger, id, bytes());
  await keepFiles();
  (await store().open(stranger, id)).destroy();
  await store().erase(stranger, id);
});

test("while the store is down nothing is said to be erased, and it is tried again", async () => {
  const [one, other] = [await file(), await file()];
  await remove(one);
  await remove(other);
  const real = store();
  const { erase } = real;
  real.erase = async (workspaceId, id) => {
    if (id === one) throw new StoreDown(new Error("EIO"));
    await erase(workspaceId, id);
  };
  await keepFiles();
  expect([await isKept(one), await isKept(other)]).toEqual([true, false]);
  real.erase = erase;
  await keepFiles();
  expect(await isKept(one)).toBe(false);
});

test("the job starts, also where the store does not work, and stops", async () => {
  const real = store();
  const { check } = real;
  real.check = async () => {
    throw new StoreDown(new Error("EIO"));
  };
  const id = await file();
  await remove(id);
  const job = startFileKeeping();
  await expect.poll(() => isKept(id)).toBe(false);
  await job.stop();
  real.check = check;
});
