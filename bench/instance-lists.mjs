// P12: the lists of the instance's pages, each sort, filter and search of theirs, with a million workspaces and people against a hundred.
import { figure } from "./figures.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const sizes = { few: 100, many: 1_000_000 };

/** What is asked, by what it is called in the results. */
const asked = {
  ...Object.fromEntries(
    ["newest", "name", "members", "spend", "used"].map((sort) => [
      `workspaces by ${sort}`,
      ["workspaces", { sort, order: "" }],
    ]),
  ),
  "workspaces by spend, least first": ["workspaces", { sort: "spend", order: "asc" }],
  "suspended workspaces": ["workspaces", { state: "suspended" }],
  "suspended workspaces by spend": ["workspaces", { state: "suspended", sort: "spend" }],
  "deleted workspaces": ["workspaces", { state: "deleted" }],
  "deleted workspaces by name": ["workspaces", { state: "deleted", sort: "name" }],
  "a search of workspaces": ["workspaces", { search: "many-5" }],
  "a search of workspaces by name": ["workspaces", { search: "team a" }],
  ...Object.fromEntries(
    ["newest", "name", "seen"].map((sort) => [`people by ${sort}`, ["people", { sort, order: "" }]]),
  ),
  "deactivated people": ["people", { state: "deactivated" }],
  "deactivated people, last seen first": ["people", { state: "deactivated", sort: "seen" }],
  "operators by name": ["people", { state: "operators", sort: "name" }],
  "a search of people": ["people", { search: "person-5" }],
  "a search of people by name": ["people", { search: "person a" }],
};

export async function run(stage) {
  const contenders = [];
  let control;
  for (const [size, many] of Object.entries(sizes)) {
    const { app, sql } = await stage.appAlone(size);
    const olga = await stage.world.operator(sql);
    await stage.world.manyOfAll(sql, many);
    await sql.end();
    const read = (path) => {
      const bytes = page(stage, olga, path);
      return { port: app.port, pid: app.pid, inFlight: 1, ms: 1_000, warm: 300, next: () => bytes };
    };
    control ??= { ...read("/api/trpc/mailbox.isOpen"), name: "control" };
    for (const [name, [procedure, input]] of Object.entries(asked)) {
      const query = encodeURIComponent(JSON.stringify(input));
      contenders.push({ ...read(`/api/trpc/instance.${procedure}?input=${query}`), name: `${name} ${size}` });
    }
    for (const list of ["workspaces", "people"])
      contenders.push({ ...read(`/instance/${list}`), name: `the page of ${list} ${size}` });
  }
  for (const one of contenders) await measure({ ...one, ms: 300 });
  const found = await rounds(control, contenders);
  const names = [...Object.keys(asked), "the page of workspaces", "the page of people"];
  return names.map((name) => ({
    ...figure({
      id: "P12",
      name: `${name}, of a million`,
      value: found[`${name} many`].p50,
      unit: "ms",
      against: found[`${name} few`].p50,
      base: "of a hundred",
      atMost: 1.3,
    }),
    discarded: found.discarded,
    noisy: found.noisy,
  }));
}
