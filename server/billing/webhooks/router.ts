import { z } from "zod";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import { link } from "@/server/mail/links";
import { limits } from "@/server/platform/throttling/limits";
import { newSecret, opened, post, sealed, whyNot } from "./deliver";
import { setWebhook } from "./input";
import { testBody } from "./message";
import * as webhooks from "./queries";

const none = z.strictObject({});
/** After this time a worker posts a test whose process has died. */
const heldForMs = 60_000;

/**
 * Procedures for the webhook that receives a workspace's budget alerts besides mail, in the format of Slack's incoming
 * webhooks.
 */
export const alertWebhooksRouter = t.router({
  /**
   * Returns the webhook without its address and its secret, and its latest deliveries; null: there is none.
   * `isReadable`: its seal can be opened with the current AUTH_SECRET.
   */
  webhook: workspaceProcedure("limit:manage", none).query(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    const found = await webhooks.find(ctx.db, workspaceId);
    if (!found) return null;
    const isReadable = opened("url", found.urlSealed) !== null && opened("secret", found.secretSealed) !== null;
    return {
      host: found.host,
      createdAt: found.createdAt,
      isReadable,
      deliveries: await webhooks.latest(ctx.db, workspaceId),
    };
  }),

  /**
   * Sets the webhook. Its signing secret is only in this answer. Refuses `sign_in_again`, and at its field an address
   * that is not allowed.
   */
  setWebhook: workspaceProcedure("limit:manage", setWebhook, "today").mutation(async ({ ctx, input }) => {
    const { workspaceId } = ctx.workspace;
    const url = new URL(input.url);
    const refused = whyNot(url);
    if (refused) throw refuse("invalid_input", { url: refused });
    await lockWorkspaceAndRecheckRole(ctx);
    const before = await webhooks.find(ctx.db, workspaceId);
    const secret = newSecret();
    await webhooks.set(ctx.db, workspaceId, {
      host: url.host,
      urlSealed: sealed("url", url.href),
      secretSealed: sealed("secret", secret),
      setBy: ctx.person.id,
    });
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.webhook_set",
      target: { type: "workspace", id: workspaceId },
      ...(before ? { before: { host: before.host } } : {}),
      after: { host: url.host },
    });
    return { host: url.host, secret };
  }),

  /** Removes the webhook. Refuses `not_found`. */
  removeWebhook: workspaceProcedure("limit:manage", none, "any").mutation(async ({ ctx }) => {
    const { workspaceId } = ctx.workspace;
    await lockWorkspaceAndRecheckRole(ctx);
    const host = await webhooks.remove(ctx.db, workspaceId);
    if (host === undefined) throw refuse("not_found");
    await audit.record(ctx.db, workspaceId, ctx, {
      action: "spend.webhook_removed",
      target: { type: "workspace", id: workspaceId },
      before: { host },
    });
  }),

  /**
   * Posts a test and returns the result: the HTTP status, and a sentence about what went wrong. The test is in the
   * delivery log too, and is not retried. Refuses `not_found`.
   */
  testWebhook: refusing(
    ["not_found"],
    workspaceStepsProcedure("limit:manage", none, "any", limits.webhookTestsPerPerson),
  ).mutation(async ({ ctx }) => {
    const { webhook, delivery, workspaceId } = await ctx.step("write", async (db, workspace) => {
      const webhook = await webhooks.find(db, workspace.workspaceId);
      if (!webhook) throw refuse("not_found");
      const body = testBody(workspace.name, link(`/w/${workspace.slug}/billing`));
      const id = await webhooks.enqueue(db, workspace.workspaceId, { kind: "test", body }, heldForMs);
      await audit.record(db, workspace.workspaceId, ctx, {
        action: "spend.webhook_tested",
        target: { type: "workspace", id: workspace.workspaceId },
        after: { host: webhook.host },
      });
      return { webhook, delivery: { id, body }, workspaceId: workspace.workspaceId };
    });
    const outcome = await post(webhook, delivery);
    const status = outcome.error === null ? "delivered" : "failed";
    await ctx.step("write", (db) => webhooks.settle(db, workspaceId, delivery.id, status, outcome));
    return { host: webhook.host, ...outcome };
  }),
});
