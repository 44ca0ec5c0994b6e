import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "@/embedded/platform/free-port";
import { completion, type FakeModelServer, json, startModelServer } from "@/tests/support/fakes/model-server";
import { workspace } from "@/tests/support/people";

const token = "a-token-of-some-length";

let upstream: FakeModelServer;

beforeAll(async () => {
  upstream = await startModelServer();
});
afterAll(() => upstream.close());

/** Starts a process with these settings. Returns its address and a function that calls it as a program does. */
async function started(settings: Record<string, string>) {
  const acme = await workspace();
  const keys = await Promise.all(
    ["", "0.000001"].map((monthlyLimit) =>
      acme.admin.api.keys.create({ workspace: acme.slug, name: "A key", monthlyLimit }),
    ),
  );
  const port = await freePort();
  Object.assign(process.env, {
    ...{ ROLE: "gateway", HOST: "127.0.0.1", PORT: String(port), MODEL_SERVER_URL: upstream.url },
    ...{ METRICS_PORT: "", METRICS_TOKEN: "" },
    PRICES: JSON.stringify([{ model: "*", input: "1", output: "2" }]),
    ...settings,
  });
  vi.resetModules();
  const { start } = await import("./server");
  const server = await start({ dev: true });
  const chat = (secret: string | undefined) =>
    fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "small", messages: [{ role: "user", content: "Hello" }], max_tokens: 40 }),
    });
  return { url: `http://127.0.0.1:${port}`, server, chat, secrets: keys.map(({ secret }) => secret) };
}

const value = (text: string, name: string) =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );

test("what calls came to stands in /metrics at a port of its own, without a name of a model, a workspace or a path", async () => {
  const port = await freePort();
  const { url, server, chat, secrets } = await started({ METRICS_PORT: String(port) });
  upstream.answer = json(completion);
  expect((await chat(secrets[0])).status).toBe(200);
  expect((await chat(secrets[1])).status).toBe(402);
  expect((await chat("atl_nothing")).status).toBe(401);
  await fetch(`${url}/v1/some-secret-path`);
  await fetch(`${url}/api/health`);

  const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await expect.poll(async () => value(await read(), `atelier_http_requests_total{part="health",status="2xx"}`)).toBe(1);
  const text = await read();
  expect(value(text, `atelier_http_requests_total{part="program",status="2xx"}`)).toBe(1);
  expect(value(text, `atelier_http_requests_total{part="program",status="4xx"}`)).toBe(3);
  expect(value(text, `atelier_calls_total{operation="chat",status="2xx",model_server="default"}`)).toBe(1);
  expect(value(text, `atelier_tokens_total{kind="prompt"}`)).toBe(completion.usage.prompt_tokens);
  expect(value(text, `atelier_limit_refusals_total{scope="key",span="month",cause="used up"}`)).toBe(1);
  expect(value(text, `atelier_refusals_total{code="invalid_api_key"}`)).toBe(2);
  expect(value(text, `atelier_model_server_up{model_server="default"}`)).toBe(1);
  expect(value(text, "atelier_calls_under_way")).toBe(0);
  expect(value(text, "atelier_mail_queue")).toBe(0);
  expect(value(text, "atelier_database_up")).toBe(1);
  expect(value(text, "nodejs_eventloop_lag_seconds")).toBeGreaterThanOrEqual(0);
  expect(text).not.toMatch(/small|secret-path|workspace-/i);

  // Metrics are only at their own port, and nothing else is there.
  expect((await fetch(`${url}/metrics`)).status).toBe(421);
  expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(404);
  await server.close();
  await expect(read()).rejects.toThrow();
});

test("with a token alone it is at the application's port, for what shows the token", async () => {
  const { url, server } = await started({ METRICS_TOKEN: token });
  const read = (authorization?: string) =>
    fetch(`${url}/metrics`, authorization ? { headers: { authorization } } : {}).then(({ status }) => status);
  expect(await read()).toBe(401);
  expect(await read("Bearer another-token-of-length")).toBe(401);
  expect(await read(`Bearer ${token}`)).toBe(200);
  await server.close();
});
