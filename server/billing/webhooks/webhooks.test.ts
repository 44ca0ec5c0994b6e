import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { startHttpServer, type TestServer } from "@/tests/support/fakes/http-server";
import { apiFor, memberOf, reasonOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { mailSpendAlerts } from "../alerts/job";
import { deliverDue, forgetOldDeliveries } from "./job";
import { alertBody } from "./message";

process.env.WEBHOOK_PRIVATE_ADDRESSES = "127.0.0.1";

const euro = 1_000_000;
let server: TestServer;
let acme: TestWorkspace;
let at: { workspace: string };

beforeAll(async () => {
  server = await startHttpServer(() => ({ body: "ok" }));
});
afterAll(() => server.close());

beforeEach(async () => {
  await owner`delete from webhook_deliveries`;
  server.requests.length = 0;
  server.answer = () => ({ body: "ok" });
  acme = await workspace();
  at = { workspace: acme.slug };
});

const hook = (url = `${server.url}/services/T0/secret-path`) => acme.admin.api.billing.setWebhook({ ...at, url });
const deliveries = async () => (await acme.admin.api.billing.webhook(at))?.deliveries ?? [];

/** Spends 8 of a limit of 10, so that an alert is due. */
async function alerted() {
  await acme.admin.api.billing.setLimit({ ...at, limit: "10" });
  await spend(owner, acme.id, { cost: 8 * euro });
  await mailSpendAlerts();
}

test("an alert is posted once in Slack's form, signed over the moment and the body, and is in the log", async () => {
  const { secret } = await hook();
  await alerted();
  await Promise.all([deliverDue(), deliverDue()]);
  await deliverDue();
  expect(server.requests).toHaveLength(1);
  const [request] = server.requests;
  expect(request).toMatchObject({ method: "POST", url: "/services/T0/secret-path" });
  const { headers, body = "" } = request ?? {};
  const said = JSON.parse(body);
  expect(said.text).toContain("The workspace has spent 80 % of its limit: 8.00 EUR of 10.00 EUR.");
  expect(said.text).toContain(`/w/${acme.slug}/billing`);
  expect(said.blocks[0]).toMatchObject({ type: "section", text: { type: "mrkdwn" } });
  const timestamp = String(headers?.["x-atelier-timestamp"]);
  expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(60);
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  expect(headers?.["x-atelier-signature"]).toBe(`v1=${signature}`);
  const [delivery] = await deliveries();
  expect(delivery).toMatchObject({ kind: "alert", status: "delivered", answer: 200, attempts: 1 });
  expect(headers?.["x-atelier-delivery"]).toBe(delivery?.id);
  expect(await owner`select body from webhook_deliveries where workspace_id = ${acme.id}`).toEqual([{ body: null }]);
});

test("what fails is tried again with longer waits, and given up after 23 hours; what the server says is not kept", async () => {
  await hook();
  server.answer = () => ({ status: 500, body: "internal: secret of the server" });
  await alerted();
  await deliverDue();
  await deliverDue();
  expect(server.requests).toHaveLength(1);
  expect(await deliveries()).toMatchObject([{ status: "queued", attempts: 1, lastError: "It answered with 500." }]);
  await owner`update webhook_deliveries set due_at = now()`;
  server.answer = () => ({ body: "ok" });
  await deliverDue();
  expect(await deliveries()).toMatchObject([{ status: "delivered", attempts: 2, lastError: null }]);

  await owner`
    insert into webhook_deliveries (workspace_id, kind, body, created_at) values (${acme.id}, 'alert', '{}', now() - interval '1 day')`;
  server.answer = () => ({ status: 410, body: "" });
  await deliverDue();
  expect((await deliveries()).map(({ status }) => status).sort()).toEqual(["delivered", "failed"]);
});

test("a workspace without a webhook posts nothing, and a removed one no more", async () => {
  await alerted();
  expect(await owner`select id from webhook_deliveries`).toHaveLength(0);
  await hook();
  await owner`insert into webhook_deliveries (workspace_id, kind, body) values (${acme.id}, 'alert', '{}')`;
  await acme.admin.api.billing.removeWebhook(at);
  await deliverDue();
  expect(server.requests).toEqual([]);
  expect(await acme.admin.api.billing.webhook(at)).toBeNull();
  expect(await reasonOf(acme.admin.api.billing.removeWebhook(at))).toBe("not_found");
  expect(await reasonOf(acme.admin.api.billing.testWebhook(at))).toBe("not_found");
});

/** Also for an unknown name: a test must not reveal which names exist in the instance's network. */
const noPublicName = "Its name does not lead to a server on the public internet, or to one that the operators allow.";

test("a test says at once what came of it", async () => {
  await hook();
  expect(await acme.admin.api.billing.testWebhook(at)).toMatchObject({ answer: 200, error: null });
  expect(JSON.parse(server.requests[0]?.body ?? "").text).toContain(`Budget alerts of ${acme.name} arrive here.`);
  server.answer = () => ({ status: 302, body: "", headers: { location: `${server.url}/elsewhere` } });
  expect(await acme.admin.api.billing.testWebhook(at)).toMatchObject({ answer: null });
  expect(server.requests.map(({ url }) => url)).not.toContain("/elsewhere");
  await hook("https://no-such-host.invalid/x");
  const { error } = await acme.admin.api.billing.testWebhook(at);
  expect(error).toBe(noPublicName);
  expect((await deliveries()).map(({ status }) => status)).toEqual(["failed", "failed", "delivered"]);
});

test.each([
  ...["https://10.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/x", "https://2130706434/x"],
  ...["http://hooks.slack.com/x", "ftp://hooks.slack.com/x", "https://me:pw@hooks.slack.com/x", "hooks.slack.com", ""],
])("OP-12 nothing is posted to %s", async (url) => {
  expect(await reasonOf(hook(url))).toBe("invalid_input");
  expect(await acme.admin.api.billing.webhook(at)).toBeNull();
});

test("OP-12 a name that leads to a private network is refused at each connection", async () => {
  // Loopback is allowed here only as 127.0.0.1, and ip6-localhost is ::1.
  await hook("https://ip6-localhost/x");
  const { error } = await acme.admin.api.billing.testWebhook(at);
  expect(error).toBe(noPublicName);
});

test("the address and the secret are sealed, shown to no member again, and asked for anew under another AUTH_SECRET", async () => {
  const { secret } = await hook();
  const [row] = await owner`select url_sealed, secret_sealed, host from alert_webhooks where workspace_id = ${acme.id}`;
  for (const kept of [row?.url_sealed, row?.secret_sealed].map(String)) {
    expect(kept).not.toContain("secret-path");
    expect(kept).not.toContain(secret);
  }
  expect(JSON.stringify(await acme.admin.api.billing.webhook(at))).not.toMatch(/secret-path|whsec_/);
  const audited =
    await owner`select before, after from audit_events where workspace_id = ${acme.id} and action like 'spend.webhook%'`;
  expect(audited).toEqual([{ before: null, after: { host: new URL(server.url).host } }]);
  await owner`update alert_webhooks set url_sealed = ${Buffer.alloc(60)} where workspace_id = ${acme.id}`;
  expect(await acme.admin.api.billing.webhook(at)).toMatchObject({ isReadable: false });
  expect((await acme.admin.api.billing.testWebhook(at)).error).toContain("another AUTH_SECRET");
});

test("only those who manage limits set it, with a sign-in of today", async () => {
  const dev = await memberOf(acme, "developer");
  const url = "https://hooks.slack.com/x";
  expect(await reasonOf(dev.api.billing.webhook(at))).toBe("not_permitted");
  expect(await reasonOf(dev.api.billing.setWebhook({ ...at, url }))).toBe("not_permitted");
  const stale = apiFor({ ...acme.admin.person, signedInAt: new Date(Date.now() - 13 * 3_600_000) });
  expect(await reasonOf(stale.billing.setWebhook({ ...at, url }))).toBe("sign_in_again");
});

test("names make no links and no mentions in what is posted", () => {
  const body = alertBody({
    ...{
      workspaceName: "<!channel> & co",
      whose: "The key <https://evil.example|x>",
      percent: 80,
      spent: "8",
      limit: "10",
    },
    ...{ isReached: true, url: "https://atelier.example/w/a/billing" },
  });
  expect(body).not.toContain("<!channel>");
  expect(body).not.toContain("<https://evil");
  expect(body).toContain("&lt;!channel&gt; &amp; co");
});

test("deliveries are forgotten after 30 days", async () => {
  await owner`
    insert into webhook_deliveries (workspace_id, kind, status, settled_at) values
      (${acme.id}, 'alert', 'failed', now() - interval '31 days'), (${acme.id}, 'alert', 'failed', now())`;
  expect(await forgetOldDeliveries()).toBe(1);
});
