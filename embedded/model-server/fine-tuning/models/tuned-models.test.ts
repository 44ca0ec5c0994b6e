import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseCorpus } from "../../language-model/corpus";
import { serialise, train } from "../../language-model/language-model";
import { TunedModels } from "./tuned-models";

let folder: string;
let bytes: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tuned-models-"));
  const corpus = parseCorpus([{ name: "a.txt", text: "user: Hi\nassistant: Ahoy!" }]);
  bytes = serialise(train(corpus, { order: 3, vocabularySize: 300 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function keep(models: TunedModels, job: string) {
  await writeFile(await models.prepare(job), bytes);
  const rest = { root: "atelier-base", created: 1, name: job, description: null, archived: false };
  await models.keep({ id: `ft:${job}`, job, ...rest });
}

test("models are loaded when they are asked for, once, and the one unused for longest makes room", async () => {
  const models = await TunedModels.open(folder, 2.5 * (bytes.length + 10_000));
  for (const job of ["a", "b", "c"]) await keep(models, job);
  expect(models.loadedCount).toBe(0);
  const [first, again] = await Promise.all([models.load("ft:a"), models.load("ft:a")]);
  expect(first).toBe(again);
  await models.load("ft:b");
  expect(await models.load("ft:a")).toBe(first);
  await models.load("ft:c");
  expect(models.loadedCount).toBe(2);
  expect(await models.load("ft:a")).toBe(first);
  expect(await models.load("ft:nope")).toBeUndefined();
});

test("one that is larger than the room there is stays while it is the last", async () => {
  const models = await TunedModels.open(folder, 1);
  expect(models.list().map(({ id }) => id)).toEqual(["ft:a", "ft:b", "ft:c"]);
  const one = await models.load("ft:a");
  expect(await models.load("ft:a")).toBe(one);
  await models.load("ft:b");
  expect(models.loadedCount).toBe(1);
});

test("a deleted one is gone, from the disk too", async () => {
  const models = await TunedModels.open(folder);
  await models.load("ft:b");
  expect([await models.remove("ft:b"), await models.remove("ft:b")]).toEqual([true, false]);
  expect(await models.load("ft:b")).toBeUndefined();
  expect((await TunedModels.open(folder)).list().map(({ id }) => id)).toEqual(["ft:a", "ft:c"]);
});
