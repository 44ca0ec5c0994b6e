import { beforeEach, expect, test } from "vitest";
import { unfiltered } from "@/app/w/[workspace]/usage/view";
import { owner } from "@/tests/support/database";
import { fieldsOf, memberOf, reasonOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { viewOf } from "./input";

let acme: TestWorkspace;
let grace: Signed;
let members: { workspace: string; list: "members" };

beforeEach(async () => {
  acme = await workspace();
  grace = await memberOf(acme, "viewer");
  members = { workspace: acme.slug, list: "members" };
});

const named = async ({ api }: Signed) => (await api.workspaces.views(members)).map(({ name }) => name);

test("a view is kept for oneself and one list, by its name, and is what the name says last", async () => {
  await grace.api.workspaces.saveView({ ...members, name: "Admins", query: "role=admin&after=x&dialog=invite" });
  await grace.api.workspaces.saveView({ ...members, name: "Newest", query: "order=desc&sort=joined" });
  expect(await named(grace)).toEqual(["Admins", "Newest"]);
  expect(await named(acme.admin)).toEqual([]);
  expect(await grace.api.workspaces.views({ ...members, list: "keys" })).toEqual([]);
  await grace.api.workspaces.saveView({ ...members, name: "ADMINS", query: "?role=admin&q=ada" });
  const [first] = await grace.api.workspaces.views(members);
  expect(first).toMatchObject({ name: "ADMINS", query: "q=ada&role=admin" });
  await grace.api.workspaces.removeView({ workspace: acme.slug, viewId: first?.id ?? "" });
  expect(await named(grace)).toEqual(["Newest"]);
});

test("another member's view is not there, and a view ends with the membership", async () => {
  await grace.api.workspaces.saveView({ ...members, name: "Admins", query: "role=admin" });
  const [view] = await grace.api.workspaces.views(members);
  const removal = { workspace: acme.slug, viewId: view?.id ?? "" };
  expect(await reasonOf(acme.admin.api.workspaces.removeView(removal))).toBe("not_found");
  expect(await named(grace)).toEqual(["Admins"]);
  await acme.admin.api.members.remove({ workspace: acme.slug, userId: grace.person.id });
  expect(await owner`select 1 from saved_views where user_id = ${grace.person.id}`).toHaveLength(0);
});

test("20 views of a list are kept and no more, also when they are saved at once", async () => {
  const save = (name: string, query = "role=admin") => grace.api.workspaces.saveView({ ...members, name, query });
  for (let i = 0; i < 18; i++) await save(`View ${i}`);
  const tried = await Promise.allSettled(["a", "b", "c", "d"].map((name) => save(name)));
  expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(await named(grace)).toHaveLength(20);
  expect(await fieldsOf(save("One more"))).toEqual({ name: "You keep 20 views of this list. Remove one first." });
  await save("View 0", "role=viewer");
  expect(await fieldsOf(save("View 0", "after=x"))).toEqual({ name: "Search, filter or sort the list first." });
});

test("a view is written alike whatever the address was, and has nothing but the list's own parts", () => {
  expect(viewOf("keys", "order=asc&constructor=1&q=%20web%20&state=")).toBe("q=web&order=asc");
  for (const filter of Object.keys(unfiltered)) expect(viewOf("usage", `${filter}=x`)).toBe(`${filter}=x`);
  expect(viewOf("usage", "range=30d&group=key&__proto__=x&page=4")).toBe("range=30d&group=key");
  expect(viewOf("audit", `q=${"x".repeat(300)}`)).toBe("");
  expect(viewOf("audit", "q=%00%D8%00")).not.toContain("\0");
});
