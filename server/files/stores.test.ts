import { randomBytes, randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { closedUrl } from "@/tests/support/fakes/http-server";
import { type FakeS3, startS3 } from "@/tests/support/fakes/s3-server";
import { diskStore } from "./disk-store";
import { s3Store } from "./s3-store";
import { NoSuchObject, type Store, StoreDown, StoreFull } from "./store";

/** How many bytes the disk has room for. Like a real disk it takes what fits before it fails. */
const room = vi.hoisted(() => ({ bytes: Number.POSITIVE_INFINITY }));

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const open = async (...args: Parameters<typeof real.open>) => {
    const handle = await real.open(...args);
    const write = handle.write.bind(handle) as (bytes: Uint8Array, at: number, length: number) => Promise<unknown>;
    const limited = async (bytes: Uint8Array, at: number, length: number) => {
      const taken = Math.min(length, room.bytes, 700);
      if (taken === 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      room.bytes -= taken;
      return write(bytes, at, room.bytes === Number.POSITIVE_INFINITY ? length : taken);
    };
    return Object.assign(handle, { write: limited });
  };
  return { ...real, open };
});

let folder: string;
let s3: FakeS3;

const bucketAt = (endpoint: string) =>
  s3Store({ bucket: "files", region: "a-region-1", accessKeyId: "an-id", secretAccessKey: "a-secret", endpoint });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "atelier-store-"));
  s3 = await startS3("files");
});
beforeEach(() => {
  room.bytes = Number.POSITIVE_INFINITY;
  s3.fail = () => undefined;
  s3.asked = [];
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await s3.close();
});

async function* pieces(...all: (Buffer | Error)[]) {
  for (const piece of all) {
    if (piece instanceof Error) throw piece;
    yield piece;
  }
}

async function readAll(store: Store, workspaceId: string, id: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.open(workspaceId, id)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Returns what a store has of a file, complete or partial. */
async function left(kind: string, id: string): Promise<string[]> {
  if (kind === "a bucket")
    return [...s3.objects.keys(), ...[...s3.uploads.values()].map(({ key }) => key)].filter((key) => key.includes(id));
  return (await readdir(folder, { recursive: true })).filter((name) => name.includes(id));
}

describe.each([
  ["a disk", () => diskStore(folder)],
  ["a bucket", () => bucketAt(s3.url)],
] as const)("%s", (kind, open) => {
  const ids = () => [randomUUID(), randomUUID()] as const;

  test.each([
    ["nothing", []],
    ["a little", [Buffer.from("a"), Buffer.alloc(0), Buffer.from("b")]],
    ["20 MB", Array.from({ length: 20 }, () => randomBytes(1024 * 1024))],
  ])("keeps %s, gives it back, and erases it, twice if need be", async (_, all) => {
    const store = open();
    const [workspaceId, id] = ids();
    await store.put(workspaceId, id, pieces(...all));
    expect((await readAll(store, workspaceId, id)).equals(Buffer.concat(all))).toBe(true);
    expect(await left(kind, id)).toHaveLength(1);
    await store.erase(workspaceId, id);
    await store.erase(workspaceId, id);
    expect(await left(kind, id)).toEqual([]);
    await expect(store.open(workspaceId, id)).rejects.toBeInstanceOf(NoSuchObject);
  });

  test.each([0, 1, 12])(
    "of a source that fails after %i MB nothing is left, and its error comes back",
    async (many) => {
      const store = open();
      const [workspaceId, id] = ids();
      const failure = new Error("the source failed");
      const all = Array.from({ length: many }, () => randomBytes(1024 * 1024));
      await expect(store.put(workspaceId, id, pieces(...all, failure))).rejects.toBe(failure);
      expect(await left(kind, id)).toEqual([]);
      await expect(store.open(workspaceId, id)).rejects.toBeInstanceOf(NoSuchObject);
    },
  );

  test("can be used, and says so", async () => {
    await expect(open().check()).resolves.toBeUndefined();
  });
});

describe("a disk", () => {
  const store = () => diskStore(folder);

  test("keeps files for the owner's eyes, under their ids and nothing else", async () => {
    const [workspaceId, id] = [randomUUID(), randomUUID()];
    await store().put(workspaceId, id, pieces(Buffer.from("x")));
    const file = path.join(folder, workspaceId, id);
    expect(await readFile(file, "utf8")).toBe("x");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
  });

  test.each(["../../etc/passwd", "..", "", "a/b", `${randomUUID()}/..`, `${randomUUID()}\0`, "INCOMING"])(
    "has no place for %j",
    async (name) => {
      const id = randomUUID();
      for (const [workspaceId, file] of [
        [name, id],
        [id, name],
      ] as const) {
        await expect(store().put(workspaceId, file, pieces(Buffer.from("x")))).rejects.toBeInstanceOf(StoreDown);
        await expect(store().open(workspaceId, file)).rejects.toBeInstanceOf(StoreDown);
        await expect(store().erase(workspaceId, file)).rejects.toBeInstanceOf(StoreDown);
      }
    },
  );

  test("takes away what an upload left whose process was killed", async () => {
    const [workspaceId, id] = [randomUUID(), randomUUID()];
    await store().put(workspaceId, id, pieces(Buffer.from("x")));
    const half = path.join(folder, "incoming", id);
    await writeFile(half, "half");
    await store().erase(workspaceId, id);
    expect(await left("a disk", id)).toEqual([]);
  });

  test("a disk that has no room for the rest of a file keeps nothing of it, and says so", async () => {
    const [workspaceId, id] = [randomUUID(), randomUUID()];
    room.bytes = 1_000;
    await expect(store().put(workspaceId, id, pieces(Buffer.alloc(900), Buffer.alloc(900)))).rejects.toBeInstanceOf(
      StoreFull,
    );
    expect(await left("a disk", id)).toEqual([]);
    room.bytes = 1_800;
    await store().put(workspaceId, id, pieces(Buffer.alloc(900), Buffer.alloc(900)));
    expect(await readAll(store(), workspaceId, id)).toHaveLength(1_800);
  });

  test("a folder that cannot be is told", async () => {
    const file = path.join(folder, "a-file");
    await writeFile(file, "");
    await chmod(file, 0o600);
    const broken = diskStore(path.join(file, "below"));
    await expect(broken.check()).rejects.toBeInstanceOf(StoreDown);
    await expect(broken.put(randomUUID(), randomUUID(), pieces(Buffer.from("x")))).rejects.toBeInstanceOf(StoreDown);
  });
});

describe("a bucket", () => {
  const store = () => bucketAt(s3.url);
  const large = () => Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024, "x"));

  test("takes a large file in parts, and a small one at once", async () => {
    await store().put(randomUUID(), randomUUID(), pieces(...large()));
    expect(s3.asked).toEqual([
      ...["CreateMultipartUpload", "UploadPart", "UploadPart", "UploadPart", "CompleteMultipartUpload"],
    ]);
    s3.asked = [];
    await store().put(randomUUID(), randomUUID(), pieces(Buffer.from("x")));
    expect(s3.asked).toEqual(["PutObject"]);
  });

  test("that fails in the middle keeps no part", async () => {
    const id = randomUUID();
    let parts = 0;
    s3.fail = (operation) =>
      operation === "UploadPart" && ++parts > 1 ? { status: 400, code: "InvalidRequest" } : undefined;
    await expect(store().put(randomUUID(), id, pieces(...large()))).rejects.toBeInstanceOf(StoreDown);
    expect(await left("a bucket", id)).toEqual([]);
  });

  test("that is full says so", async () => {
    for (const code of ["QuotaExceeded", "XMinioStorageFull"]) {
      s3.fail = () => ({ status: 403, code });
      await expect(store().put(randomUUID(), randomUUID(), pieces(Buffer.from("x")))).rejects.toBeInstanceOf(StoreFull);
    }
  });

  test("that an upload was killed in gives up its parts when the file is erased, and no others", async () => {
    const [workspaceId, id] = [randomUUID(), randomUUID()];
    s3.uploads.set("killed", { key: `${workspaceId}/${id}`, parts: new Map() });
    s3.uploads.set("another", { key: `${workspaceId}/${id}0`, parts: new Map() });
    await store().erase(workspaceId, id);
    expect([...s3.uploads.keys()]).toEqual(["another"]);
    s3.uploads.clear();
    s3.fail = (operation) =>
      operation === "ListMultipartUploads" ? { status: 501, code: "NotImplemented" } : undefined;
    await expect(store().erase(workspaceId, id)).resolves.toBeUndefined();
  });

  test("that is not there, or not ours, is told", async () => {
    const elsewhere = bucketAt(await closedUrl());
    await expect(elsewhere.check()).rejects.toBeInstanceOf(StoreDown);
    await expect(elsewhere.open(randomUUID(), randomUUID())).rejects.toBeInstanceOf(StoreDown);
    await expect(elsewhere.erase(randomUUID(), randomUUID())).rejects.toBeInstanceOf(StoreDown);
    s3.fail = () => ({ status: 403, code: "AccessDenied" });
    await expect(store().check()).rejects.toBeInstanceOf(StoreDown);
    s3.fail = () => ({ status: 404, code: "NoSuchBucket" });
    await expect(store().open(randomUUID(), randomUUID())).rejects.toBeInstanceOf(StoreDown);
  });
});
