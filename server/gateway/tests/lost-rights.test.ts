import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchAnnouncements } from "@/server/platform/announcements/announcements";
import type { Job } from "@/server/platform/background";
import { replaceMetering } from "@/tests/support/fakes/metering";
import { chunk, type FakeModelServer, startModelServer } from "@/tests/support/fakes/model-server";
import { startGatewayTo, type TestGateway } from "@/tests/support/gateway/gateway";
import { memberOf, type Signed, type TestWorkspace, workspace } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

replaceMetering();

let upstream: FakeModelServer;
let gateway: TestGateway;
let acme: TestWorkspace;
let watch: Job;

beforeAll(async () => {
  upstream = await startModelServer();
  gateway = await startGatewayTo([{ name: "one", url: upstream.url, key: "upstream-key", models: ["small"] }]);
  acme = await workspace();
  watch = watchAnnouncements();
});
afterAll(async () => {
  await watch.stop();
  await gateway.close();
  await upstream.close();
});

type Taking = (where: { workspace: string; keyId: string }, maker: Signed) => Promise<unknown>;

const takings: Record<string, Taking> = {
  "its maker becomes a Viewer": ({ workspace }, maker) =>
    acme.admin.api.members.changeRole({ workspace, userId: maker.person.id, role: "viewer" }),
  "its maker is removed": ({ workspace }, maker) =>
    acme.admin.api.members.remove({ workspace, userId: maker.person.id }),
  "the key loses the scope": (one) => acme.admin.api.keys.update({ ...one, scopes: "files" }),
  "the key loses the model": (one) => acme.admin.api.keys.update({ ...one, models: "large" }),
  "the key is for other addresses": (one) => acme.admin.api.keys.update({ ...one, ipRanges: "192.0.2.0/24" }),
  "the key is disabled": (one) => acme.admin.api.keys.disable(one),
  // The last: nothing of it works afterwards.
  "an operator suspends the workspace": async ({ workspace }) =>
    (await operator()).api.instance.suspend({ slug: workspace, reason: "" }),
};

test.each(Object.entries(takings))("IS-14 a stream ends with its right: %s", async (_, take) => {
  const maker = await memberOf(acme, "developer");
  const { id, secret } = await maker.api.keys.create({ workspace: acme.slug, name: "A key" });
  const begun = new Promise<ServerResponse>((resolve) => {
    upstream.answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      resolve(response);
    };
  });
  const asked = gateway.post("/v1/chat/completions", secret, {
    ...{ model: "small", messages: [{ role: "user", content: "Hello" }], stream: true },
  });
  const held = await begun;
  const timer = setInterval(() => held.write(`data: ${chunk("x")}\n\n`), 100);
  try {
    const response = await asked;
    await take({ workspace: acme.slug, keyId: id }, maker);
    const from = performance.now();
    expect(await response.text()).toContain("invalid_api_key");
    // Two seconds, and what a busy machine adds.
    expect(performance.now() - from).toBeLessThan(3_500);
  } finally {
    clearInterval(timer);
    held.destroy();
  }
});
