import { createOpenAI } from "@ai-sdk/openai";
import { generateText, stepCountIs, tool } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { owner } from "@/tests/support/database";
import { chatOnly } from "@/tests/support/fakes/chat-only-server";
import { metering, replaceMetering, resetMetering } from "@/tests/support/fakes/metering";
import { type FakeModelServer, json, startModelServer, stream } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { type TestWorkspace, workspace } from "@/tests/support/people";

replaceMetering();

let chats: FakeModelServer;
let native: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let key: string;

const keyOf = async (of: TestWorkspace, more: object = {}) =>
  (await of.admin.api.keys.create({ workspace: of.slug, name: "A key", ...more })).secret;

/** The setting is announced: it holds within moments. */
async function keepFor(days: "none" | "1" | "7" | "30", of = acme) {
  await of.admin.api.workspaces.setResponseDays({ workspace: of.slug, days });
}

beforeAll(async () => {
  chats = await startModelServer(chatOnly);
  native = await startModelServer();
  gateway = await startGatewayTo([
    { name: "chats", url: chats.url, models: ["small"], endpoints: [] },
    { name: "native", url: native.url, models: [{ id: "large", upstream: "their/large" }], endpoints: ["responses"] },
  ]);
});
beforeEach(async () => {
  resetMetering();
  acme = await workspace();
  key = await keyOf(acme);
  for (const each of [chats, native]) each.asked.length = 0;
});
afterAll(async () => {
  await gateway.close();
  for (const each of [chats, native]) await each.close();
});

const ask = (body: object, secret = key) => gateway.post("/v1/responses", secret, { model: "small", ...body });
const call = (method: string, path: string, secret = key) =>
  fetch(`${gateway.url}/v1/responses/${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
const made = async (body: object, secret = key) =>
  (await (await ask(body, secret)).json()) as { id: string; store: boolean };
const rows = async () => owner`select id, sealed from kept_responses where workspace_id = ${acme.id}`;

describe("a workspace that has none kept, as all have at first", () => {
  test("refuses what refers to one by name, and keeps nothing", async () => {
    const said = await made({ input: "Hello" });
    expect(said.store).toBe(false);
    expect(await rows()).toEqual([]);
    const response = await ask({ input: "And?", previous_response_id: said.id });
    expect([response.status, (await response.json()).error.param]).toEqual([422, "previous_response_id"]);
    expect((await call("GET", said.id)).status).toBe(404);
  });
});

describe("a workspace that has them kept", () => {
  beforeEach(() => keepFor("7"));

  test("goes on from one where a chat is made of it, reads it, lists its input, and deletes it", async () => {
    const first = await made({ input: "Hello", instructions: "Be brief." });
    expect(first.store).toBe(true);
    const second = await made({ input: [{ role: "user", content: "And?" }], previous_response_id: first.id });
    expect(second).toMatchObject({ store: true, previous_response_id: first.id });
    expect(chats.asked.at(-1)?.body).toMatchObject({
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hello there." },
        { role: "user", content: "And?" },
      ],
    });
    expect(await (await call("GET", second.id)).json()).toMatchObject({ ...second, status: "completed" });
    const listed = await (await call("GET", `${second.id}/input_items?order=asc&limit=2`)).json();
    expect(listed).toMatchObject({ object: "list", has_more: true, data: [{ role: "user" }, { type: "reasoning" }] });
    const rest = await (await call("GET", `${second.id}/input_items?order=asc&after=${listed.last_id}`)).json();
    expect(rest).toMatchObject({ has_more: false, data: [{ role: "assistant" }, { content: [{ text: "And?" }] }] });
    expect((await call("POST", `${second.id}/cancel`)).status).toBe(400);
    expect(await (await call("DELETE", second.id)).json()).toEqual({
      id: second.id,
      object: "response",
      deleted: true,
    });
    for (const method of ["GET", "DELETE"]) expect((await call(method, second.id)).status).toBe(404);
    expect((await ask({ input: "And?", previous_response_id: second.id })).status).toBe(400);
  });

  test("goes on from one of a server that has responses, which is given the whole conversation and keeps nothing", async () => {
    const output = [
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "Hi.", annotations: [] }],
      },
    ];
    const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
    const said = { id: "resp_theirs", object: "response", status: "completed", model: "their/large", output, usage };
    const events = [
      { type: "response.created", response: { ...said, output: [] } },
      { type: "response.completed", response: said },
    ];
    native.answer = stream(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
    const streamed = await ask({ model: "large", input: "Hello", stream: true });
    expect(await streamed.text()).toContain("response.completed");
    native.answer = json({ ...said, id: "resp_next" });
    const next = await ask({ model: "large", input: "And?", previous_response_id: "resp_theirs" });
    expect(next.status).toBe(200);
    expect(native.asked.at(-1)?.body).toEqual({
      ...{ model: "their/large", store: false },
      input: [expect.objectContaining({ role: "user" }), ...output, expect.objectContaining({ role: "user" })],
    });
    expect(await (await call("GET", "resp_next")).json()).toMatchObject({
      model: "large",
      previous_response_id: "resp_theirs",
    });
  });

  test("has it by the time that a stream says it is complete", async () => {
    const client = new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    for await (const event of await client.responses.create({ model: "small", input: "Hello", stream: true }))
      if (event.type === "response.completed")
        expect(await client.responses.retrieve(event.response.id)).toMatchObject({ output_text: "Hello there." });
  });

  test("lets the AI SDK refer to items, as it does by itself", async () => {
    const weather = tool({
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `Sunny in ${city}.`,
    });
    const model = createOpenAI({ apiKey: key, baseURL: `${gateway.url}/v1` })("small");
    const answer = await generateText({ model, prompt: "Hello", tools: { weather }, stopWhen: stepCountIs(3) });
    expect(answer.text).toBe("Sunny in Paris. Sunny in Rome.");
    const reference = await ask({ input: [{ type: "item_reference", id: "msg_unknown" }] });
    expect([reference.status, (await reference.json()).error]).toMatchObject([
      400,
      { code: "item_not_found", param: "input.0" },
    ]);
  });

  test("keeps neither what the program does not want kept nor what is too long", async () => {
    expect((await made({ input: "Hello", store: false })).store).toBe(false);
    expect((await made({ input: "a".repeat(4 * 1024 * 1024) })).store).toBe(false);
    expect(await rows()).toEqual([]);
  });

  test("shows it to no other workspace, and to no key that is for another model", async () => {
    const { id } = await made({ input: "Hello" });
    const other = await workspace();
    await keepFor("7", other);
    const strangers = [await keyOf(other), await keyOf(acme, { models: ["large"] })];
    for (const stranger of strangers) {
      for (const [method, path] of [
        ["GET", id],
        ["DELETE", id],
        ["GET", `${id}/input_items`],
      ] as const)
        expect([path, (await call(method, path, stranger)).status]).toEqual([path, 404]);
      const response = await ask({ model: "large", input: "And?", previous_response_id: id }, stranger);
      expect([response.status, (await response.json()).error.code]).toEqual([400, "previous_response_not_found"]);
    }
    expect((await call("GET", id)).status).toBe(200);
    const unscoped = await keyOf(acme, { scopes: ["chat"] });
    expect((await call("GET", id, unscoped)).status).toBe(403);
  });

  test("gives it an id that does not follow from the request's, which all members see in usage", async () => {
    const response = await ask({ input: "Hello" });
    const { id } = (await response.json()) as { id: string };
    expect(id).not.toContain(response.headers.get("x-request-id")?.replaceAll("-", ""));
    const [line] = metering().reservations;
    expect(id).not.toContain(line?.id.replaceAll("-", ""));
  });

  test("is refused a request that refers to more than one may load", async () => {
    const { output } = (await (await ask({ input: "Hello" })).json()) as { output: { id: string }[] };
    await owner`update kept_responses set sealed = decode(repeat('00', 5000000), 'hex') where workspace_id = ${acme.id}`;
    const response = await ask({ input: [{ type: "item_reference", id: output[0]?.id }] });
    expect([response.status, (await response.json()).error.param]).toEqual([422, "input"]);
  });

  test("has it sealed, for its own row", async () => {
    const [first, second] = [await made({ input: "A secret plan" }), await made({ input: "Hello" })];
    const kept = await rows();
    for (const { sealed } of kept) expect(sealed.toString("latin1")).not.toMatch(/secret plan|Hello/);
    const [row] = kept.filter(({ id }) => id === first.id);
    await owner`update kept_responses set sealed = ${row?.sealed} where id = ${second.id}`;
    expect((await call("GET", second.id)).status).toBe(404);
    expect((await call("GET", first.id)).status).toBe(200);
  });

  test("has it no longer than it says", async () => {
    const { id } = await made({ input: "Hello" });
    const [row] = await owner`select expires_at - created_at as for from kept_responses where id = ${id}`;
    expect(String(row?.for)).toContain("7 days");
    await keepFor("1");
    const [shorter] = await owner`select expires_at - created_at as for from kept_responses where id = ${id}`;
    expect(String(shorter?.for)).toBe("1 day");
    await owner`update kept_responses set created_at = created_at - interval '2 days', expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await call("GET", id)).status).toBe(404);
    const { deleteExpired } = await import("@/server/gateway/kept-responses/job");
    expect(await deleteExpired()).toBeGreaterThan(0);
    expect(await rows()).toEqual([]);
  });

  test("takes the room of a body before what is kept is loaded", async () => {
    const { id } = await made({ input: "Hello" });
    const { findKept, findWithItems } = await import("@/server/gateway/kept-responses/kept");
    const [row] = await owner`select octet_length(sealed) as bytes, item_ids from kept_responses where id = ${id}`;
    const held: number[] = [];
    const hold = (bytes: number) => void held.push(bytes);
    expect((await findKept(acme.id, id, hold))?.response.id).toBe(id);
    expect(await findWithItems(acme.id, row?.item_ids, hold)).toHaveLength(1);
    expect(held).toEqual([row?.bytes, row?.bytes]);
    const full = () => {
      throw new Error("there is no room");
    };
    await expect(findKept(acme.id, id, full)).rejects.toThrow("there is no room");
    await expect(findWithItems(acme.id, row?.item_ids, full)).rejects.toThrow("there is no room");
  });

  test("has none any more, and keeps none, once that is switched off", async () => {
    const { id } = await made({ input: "Hello" });
    await keepFor("none");
    expect(await rows()).toEqual([]);
    expect((await call("GET", id)).status).toBe(404);
    await made({ input: "Hello" });
    expect(await rows()).toEqual([]);
    const events = await owner`
      select before, after from audit_events where workspace_id = ${acme.id} and action = 'workspace.policy_changed' order by at`;
    expect(events).toEqual([
      { before: { responseDays: null }, after: { responseDays: 7 } },
      { before: { responseDays: 7 }, after: { responseDays: null } },
    ]);
  });
});
