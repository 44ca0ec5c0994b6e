import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { csvHead, csvLines } from "@/app/w/[workspace]/usage/export/csv";
import { settled } from "@/server/usage/metering";
import { owner } from "@/tests/support/database";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

const chat = "/v1/chat/completions";
const messages = [{ role: "user", content: "Hello" }];

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let at: { workspace: string };
let key: string;

const ask = (more: object = {}, headers: Record<string, string> = {}) =>
  gateway.post(chat, key, { model: "small", messages, max_tokens: 10, ...more }, { headers });
/** Returns the workspace's lines of the ledger once there are so many; those that were written together come in any order. */
async function lines(count: number) {
  const read = () =>
    owner`select tags, cost::int from usage_ledger where workspace_id = ${acme.id} order by at, tags nulls last`;
  await expect.poll(async () => (await read()).length).toBe(count);
  return read();
}
/** Returns the tags of the next line. */
async function next(more: object) {
  const response = await ask(more);
  if (response.status !== 200) return response.status;
  const read = () => owner`select tags from usage_ledger where id = ${response.headers.get("x-request-id")}`;
  await expect.poll(async () => (await read()).length).toBe(1);
  return (await read())[0]?.tags;
}
const differences = async () => (await owner`select rebuild_usage(${acme.id}, false) as n`)[0]?.n;
const declare = async (...tags: string[]) => {
  for (const tag of tags) await acme.admin.api.tags.declare({ ...at, tag });
};
/** Asks until what was changed is heard. */
const eventually = (status: number, more: object) => expect.poll(async () => (await ask(more)).status).toBe(status);

beforeAll(async () => {
  upstream = await startModelServer();
  upstream.list = [{ id: "small" }];
  gateway = await startGatewayTo([{ name: "one", url: upstream.url }], {
    PRICES: JSON.stringify([{ model: "small", input: "1000", output: "1000" }]),
  });
});
beforeEach(async () => {
  acme = await workspace();
  at = { workspace: acme.slug };
  key = (await acme.admin.api.keys.create({ ...at, name: "A key" })).secret;
  upstream.answer = json(completion);
  upstream.asked.length = 0;
});
afterEach(settled);
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

describe("a request with tags", () => {
  test("counts under none while the workspace declares none, whatever it carries", async () => {
    expect(
      (await ask({ metadata: { tags: ["anything", 7, null, { toString: 1 }] } }, { "x-atelier-tags": "Other" })).status,
    ).toBe(200);
    expect(await lines(1)).toMatchObject([{ tags: null }]);
    expect(upstream.asked[0]?.body.metadata).toEqual({ tags: ["anything", 7, null, { toString: 1 }] });
  });

  test("counts at each of them, in the ledger, the report and its CSV", async () => {
    await declare("team:b", "search");
    await eventually(400, { metadata: { tags: "other" } });
    const both = ["search", "team:b"];
    expect(await next({ metadata: { tags: ["team:b", "search", "search"] } })).toEqual(both);
    expect(await next({ metadata: { tags: "search" } })).toEqual(["search"]);
    expect(await next({})).toBeNull();
    await ask({}, { "x-atelier-tags": "team:b , search" });
    expect((await lines(4)).filter(({ tags }) => String(tags) === String(both))).toHaveLength(2);
    const { usage, tags } = acme.admin.api;
    const report = await usage.report({ ...at, groupBy: "tag" });
    expect(report.totals.requests).toBe(4);
    expect(report.groups.map(({ id, name, requests }) => [id, name, requests])).toEqual([
      ["search", "search", 3],
      ["team:b", "team:b", 2],
      ["", "Untagged", 1],
    ]);
    expect((await usage.report({ ...at, tag: "team:b", groupBy: "none" })).totals.requests).toBe(2);
    expect((await usage.recent({ ...at, tag: "team:b" })).rows).toHaveLength(2);
    expect((await usage.filters(at)).tags).toEqual(["search", "team:b"]);
    expect((await tags.list(at)).rows).toMatchObject([
      { name: "search", requests: 3, makerName: acme.admin.person.name },
      { name: "team:b", requests: 2 },
    ]);
    const part = await usage.export({ ...at, groupBy: "tag" });
    expect(csvHead("tag")).toMatch(/^\ufeffstart,tag,requests/);
    expect(
      csvLines(part, "tag")
        .split("\r\n")
        .map((line) => line.split(",").slice(1, 3).join())
        .sort(),
    ).toEqual(["", ",1", "search,3", "team:b,2"].sort());
    const statement = await acme.admin.api.billing.statement(at);
    expect(statement.byTag.map(({ name, requests }) => [name, requests])).toEqual([
      ["search", 3],
      ["team:b", 2],
      ["Untagged", 1],
    ]);
    expect(await differences()).toBe(0);
  });

  test("that are not declared is refused by name, or counts without them, as the workspace says", async () => {
    await declare("search");
    await eventually(400, { metadata: { tags: ["serach", "search"] } });
    const refused = await ask({ metadata: { tags: ["serach"] } });
    expect((await refused.json()).error).toMatchObject({
      ...{ type: "invalid_request_error", code: "undeclared_tag", param: "metadata.tags" },
      message: 'The tag "serach" is not declared in this workspace. Declared are: search.',
    });
    expect(refused.headers.get("x-should-retry")).not.toBe("true");
    const many = await ask({ metadata: { tags: ["a", "b", "c", "d", "e", "f"] } });
    expect([many.status, (await many.json()).error.message]).toEqual([
      400,
      "A request has at most 5 tags; this one has 6.",
    ]);
    expect(upstream.asked).toEqual([]);
    await acme.admin.api.tags.setUndeclared({ ...at, undeclared: "untagged" });
    await expect.poll(() => next({ metadata: { tags: ["serach", "search"] } })).toEqual(["search"]);
    await acme.admin.api.tags.remove({ ...at, tag: "search" });
    await expect.poll(() => next({ metadata: { tags: ["search"] } })).toBeNull();
  });

  test("is held to each tag's limits: what is spent with a tag counts against them, and nothing else", async () => {
    await declare("search", "chat");
    const { budgets } = acme.admin.api;
    await eventually(400, { metadata: { tags: "other" } });
    await ask({ metadata: { tags: ["search"] } });
    const [{ cost } = { cost: 0 }] = await lines(1);
    const limit = `${(1.5 * cost) / 1_000_000}`;
    await budgets.set({ ...at, of: "tag:search", span: "month", limit });
    // With what was spent before there was a limit there is no room for another.
    await eventually(402, { metadata: { tags: ["search", "chat"] } });
    const refused = (await (await ask({ metadata: { tags: "search" } })).json()).error;
    expect(refused.message).toMatch(/^The tag search's spending limit of .* EUR a month is reached/);
    expect(refused.message).toContain(`limits/spending?of=tag%3Asearch`);
    for (const tags of ["chat", undefined]) expect((await ask({ metadata: { tags } })).status).toBe(200);
    expect((await budgets.get({ ...at, of: "tag:search" })).spans.find(({ span }) => span === "month")).toMatchObject({
      spent: cost,
    });
    const tried = await budgets.try({ ...at, of: "tag:search", span: "month", limit: "0" });
    expect(tried).toMatchObject({ outcome: { refused: 1 } });
    await settled();
    expect(await differences()).toBe(0);
    // Its limits end with the tag, and do not come back with it.
    await acme.admin.api.tags.remove({ ...at, tag: "search" });
    await declare("search");
    await eventually(200, { metadata: { tags: ["search"] } });
    expect(await owner`select from budgets where workspace_id = ${acme.id}`).toEqual([]);
  });
});

test("two who declare the last tag that fits: one is refused", async () => {
  await owner`insert into usage_tags (workspace_id, name) select ${acme.id}, 't' || n from generate_series(1, 199) n`;
  const both = await Promise.allSettled([declare("one"), declare("two")]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await acme.admin.api.tags.list(at)).rows).toHaveLength(200);
});
