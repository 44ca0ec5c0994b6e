// P12: the pages of the instance's lists, with each sort, filter and search, with a million rows compared with a hundred; and separately
// the procedure that each page reads, which takes a fifth of its time. Both sizes fill a page with rows, so that the difference is the time to find them.
// The two sizes of a list are measured one after the other.
import { figure } from "./figures.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

/** The number of rows: one in `every` is suspended, one deleted or deactivated; and a search that finds more than a page of them. */
const sizes = {
  few: { many: 300, every: 3, slug: "many-", name: "team ", email: "person-", person: "person " },
  many: { many: 1_000_000, every: 100, slug: "many-5", name: "team a", email: "person-5", person: "person a" },
};

/** The requests, by their names in the results. */
const askedOf = ({ slug, name, email, person }) => ({
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
  "a search of workspaces": ["workspaces", { search: slug }],
  "a search of workspaces by name": ["workspaces", { search: name }],
  ...Object.fromEntries(
    ["newest", "name", "seen"].map((sort) => [`people by ${sort}`, ["people", { sort, order: "" }]]),
  ),
  "deactivated people": ["people", { state: "deactivated" }],
  "deactivated people, last seen first": ["people", { state: "deactivated", sort: "seen" }],
  "operators by name": ["people", { state: "operators", sort: "name" }],
  "a search of people": ["people", { search: email }],
  "a search of people by name": ["people", { search: person }],
});

export async function run(stage) {
  const bySize = {};
  let control;
  for (const [size, { many, every, ...terms }] of Object.entries(sizes)) {
    const { app, sql } = await stage.appAlone(size);
    const olga = await stage.world.operator(sql);
    await stage.world.manyOfAll(sql, many, every);
    await sql.end();
    const read = (path) => {
      const bytes = page(stage, olga, path);
      return { port: app.port, pid: app.pid, inFlight: 1, ms: 400, warm: 300, next: () => bytes };
    };
    control ??= { ...read("/api/trpc/mailbox.isOpen"), name: "control" };
    const lists = Object.entries(askedOf(terms)).flatMap(([name, [list, input]]) => {
      const { search, ...others } = input;
      const address = new URLSearchParams(search ? { q: search, ...others } : others);
      const query = encodeURIComponent(JSON.stringify(input));
      return [
        [`page: ${name}`, read(`/instance/${list}?${address}`)],
        [`what it reads: ${name}`, read(`/api/trpc/instance.${list}?input=${query}`)],
      ];
    });
    bySize[size] = Object.fromEntries(lists);
  }
  const names = Object.keys(bySize.few);
  const contenders = names.flatMap((name) =>
    ["few", "many"].map((size) => ({ ...bySize[size][name], name: `${name} ${size}` })),
  );
  for (const one of contenders) await measure({ ...one, ms: 300 });
  const found = await rounds(control, contenders, { wanted: 5, attempts: 9 });
  return names.map((name) => ({
    ...figure({
      id: "P12",
      name: `${name}, of a million`,
      value: found[`${name} many`].p50,
      unit: "ms",
      against: found[`${name} few`].p50,
      base: "of a hundred",
      times: found.times(`${name} many`, `${name} few`),
      ...(name.startsWith("page: ") && { atMost: 1.3 }),
    }),
    discarded: found.discarded,
    noisy: found.noisy,
  }));
}
