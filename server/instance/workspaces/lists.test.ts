import { beforeAll, expect, test } from "vitest";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { memberOf, reasonOf, type Signed, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

let olga: Signed;
beforeAll(async () => {
  olga = await operator();
});

type Query = Parameters<Signed["api"]["instance"]["workspaces"]>[0];

/** Reads a list to its end, page by page, and back again; returns the slugs in order. */
async function walk(query: Query): Promise<string[]> {
  const pages: string[][] = [];
  let after: string | undefined;
  let last: Awaited<ReturnType<typeof olga.api.instance.workspaces>> | undefined;
  do {
    last = await olga.api.instance.workspaces({ ...query, ...(after ? { after } : {}) });
    pages.push(last.rows.map(({ slug }) => slug));
    after = last.next ?? undefined;
  } while (after);
  const back: string[][] = [pages.at(-1) ?? []];
  for (let before = last.previous; before; ) {
    const page = await olga.api.instance.workspaces({ ...query, before });
    back.unshift(page.rows.map(({ slug }) => slug));
    before = page.previous;
  }
  expect(back).toEqual(pages);
  return pages.flat();
}

test("sorts by spend of this month, and by last use, over several pages and with those that never were used", async () => {
  const { person } = await memberOf(await workspace(), "viewer");
  const slugs = await owner<{ slug: string; id: string }[]>`
    insert into workspaces (slug, name, kind, created_by, creation_key)
    select 'listed-' || i, 'Listed ' || i, 'organization', ${person.id}, gen_random_uuid() from generate_series(1, 60) i returning slug, id`;
  // The trigger has created the row of figures of each.
  await owner`
    update workspace_figures f set month = case when n <= 20 then date_trunc('month', now() at time zone 'UTC')::date else '2020-01-01' end,
      spent = n * 1000, last_used_at = case when n <= 40 then now() - make_interval(hours => n::int) else '-infinity' end
    from (select id, split_part(slug, '-', 2)::bigint as n from workspaces where slug like 'listed-%') w where w.id = f.workspace_id`;
  const ours = (all: string[]) => all.filter((slug) => slug.startsWith("listed-"));
  const bySpend = ours(await walk({ sort: "spend" }));
  expect(bySpend).toHaveLength(slugs.length);
  expect(bySpend.slice(0, 22)).toEqual([
    ...Array.from({ length: 20 }, (_, i) => `listed-${20 - i}`),
    ...["listed-60", "listed-59"],
  ]);
  const byUse = ours(await walk({ sort: "used" }));
  expect(byUse).toHaveLength(slugs.length);
  expect(byUse.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, i) => `listed-${i + 1}`));
  const { rows } = await olga.api.instance.workspaces({ search: "listed-50" });
  expect(rows).toMatchObject([{ lastUsedAt: null }]);
});

test("each order has the same workspaces of a state, whatever became of them", async () => {
  const { person } = await memberOf(await workspace(), "viewer");
  const rows = await owner<{ id: string; slug: string }[]>`
    insert into workspaces (slug, name, kind, created_by, creation_key)
    select 'state-' || i, 'State ' || i, 'organization', ${person.id}, gen_random_uuid() from generate_series(1, 60) i returning id, slug`;
  const ids = rows.map(({ id }) => id);
  const these = (from: number, to: number) => ids.slice(from, to);
  await owner`update workspaces set suspended_at = now() where id in ${owner(these(0, 59))}`;
  await owner`update workspaces set deleted_at = now() where id in ${owner(these(0, 8))}`;
  await owner`update workspaces set purge_begun_at = now() where id in ${owner(these(0, 2))}`;
  await owner`update workspaces set deleted_at = null where id in ${owner(these(6, 8))}`;
  await owner`update workspaces set suspended_at = null where id in ${owner(these(7, 9))}`;
  const found = async (query: Query) => (await walk(query)).filter((slug) => slug.startsWith("state-")).toSorted();
  for (const [state, expected] of [
    ["suspended", rows.slice(6, 7).concat(rows.slice(9, 59))],
    ["deleted", rows.slice(2, 6)],
    ["all", rows.slice(6)],
  ] as const)
    for (const sort of ["newest", "name", "members", "spend", "used"] as const)
      expect([state, sort, await found({ state, sort })]).toEqual([
        state,
        sort,
        expected.map(({ slug }) => slug).toSorted(),
      ]);
});

test("several workspaces are suspended and resumed together; what is so already stays, and both logs have each", async () => {
  const [one, two] = [await workspace(), await workspace()];
  const slugs = [one.slug, two.slug];
  await olga.api.instance.suspend({ slug: one.slug });
  expect(await olga.api.instance.manyAtStake({ slugs: [...slugs, "no-such-workspace"] })).toHaveLength(2);
  expect(await olga.api.instance.setStates({ slugs, change: "suspend", reason: "Unpaid" })).toEqual({ changed: 1 });
  const states = () =>
    owner`select suspended_reason from workspaces where slug in ${owner(slugs)} and suspended_at is not null`;
  expect(await states()).toHaveLength(2);
  // Two operators who change them in opposite order wait for each other without a deadlock.
  const other = await operator();
  const outcomes = await Promise.all([
    olga.api.instance.setStates({ slugs, change: "resume" }),
    other.api.instance.setStates({ slugs: [...slugs].reverse(), change: "resume" }),
  ]);
  expect(outcomes.reduce((sum, { changed }) => sum + changed, 0)).toBe(2);
  expect(await states()).toHaveLength(0);
  const events =
    await owner`select action from audit_events where workspace_id = ${two.id} and action like 'workspace.%sum%'`;
  expect(events.map(({ action }) => action)).toEqual(["workspace.resumed"]);
  expect(await reasonOf(olga.api.instance.setStates({ slugs: [], change: "resume" }))).toBe("invalid_input");
});

test("a workspace is deleted by its name, its Admins are told, and an operator restores it", async () => {
  const acme = await workspace();
  const { slug, name } = acme;
  expect(await reasonOf(olga.api.instance.deleteWorkspace({ slug, confirmation: "another" }))).toBe("name_mismatch");
  await olga.api.instance.deleteWorkspace({ slug, confirmation: name });
  expect(await reasonOf(acme.admin.api.workspaces.get({ workspace: slug }))).toBe("not_found");
  expect(await reasonOf(olga.api.instance.workspace({ slug }))).toBe("not_found");
  const { rows } = await olga.api.instance.workspaces({ state: "deleted" });
  expect(rows.map((row) => row.slug)).toContain(slug);
  expect(await olga.api.instance.deletedWorkspace({ slug })).toMatchObject({ name });
  const outcomes = await Promise.allSettled([1, 2].map(() => olga.api.instance.restoreWorkspace({ slug })));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await acme.admin.api.workspaces.get({ workspace: slug })).toMatchObject({ name });
  expect(await olga.api.instance.deletedWorkspace({ slug })).toBeNull();
  const actions =
    await owner`select action from audit_events where workspace_id = ${acme.id} and action in ('workspace.deleted', 'workspace.restored')`;
  expect(actions).toHaveLength(2);
  const mails =
    await owner`select payload, template from mail_outbox where template like 'workspace-%' and payload is not null`;
  const told = mails.filter(({ payload }) => openMail(payload)?.to === acme.admin.person.email);
  expect(told.map(({ template }) => template).sort()).toEqual(["workspace-deleted", "workspace-restored"]);
});

test("for an operator, a search and a page by name read an index, however many workspaces there are", async () => {
  const plans = await owner.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_bitmapscan = off`;
    await sql`select set_config('app.user_id', ${olga.person.id}, true), set_config('role', 'atelier_operator', true)`;
    const conditions = async (column: string) =>
      JSON.stringify(
        await sql.unsafe(
          `explain select id from workspaces where ${column} collate "C" >= 'many' and ${column} collate "C" < 'manz'`,
        ),
      );
    return [await conditions("slug"), await conditions("name_key")];
  });
  expect(plans[0]).toMatch(/workspaces_by_slug.*Index Cond/);
  expect(plans[1]).toMatch(/workspaces_by_name.*Index Cond/);
});

test("a search finds the beginning of a name or an address, with characters that LIKE would read otherwise", async () => {
  const admin = (await workspace("Under_score 100%")).admin;
  await workspace("Underxscore 100", admin);
  const found = async (search: string) =>
    (await olga.api.instance.workspaces({ search })).rows.map(({ name }) => name).sort();
  expect(await found("under_")).toEqual(["Under_score 100%"]);
  expect(await found("UNDER")).toEqual(["Under_score 100%", "Underxscore 100"]);
  expect(await found("nder")).toEqual([]);
});
