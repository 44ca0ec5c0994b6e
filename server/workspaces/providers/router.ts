import { z } from "zod";
import type { Db } from "@/db/client";
import { lockWorkspaceAndRecheckRole } from "@/server/api/lock-workspace";
import { refusing, workspaceProcedure, workspaceStepsProcedure } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as instance from "@/server/membership/instance/queries";
import { checkProvider, verdict } from "@/server/model-servers/providers/check";
import { guards, loadProviders, serverOfProvider, storedKey, unreadableKeys } from "@/server/model-servers/registry";
import { limits } from "@/server/platform/throttling/limits";
import { addOwnProvider, oneOwnProvider, setOwnProviderState, updateOwnProvider } from "./input";
import * as providers from "./queries";

const limit = limits.providerChangesPerPerson;
const guard = guards.workspace;

/**
 * A workspace's own model providers, if the operators allow them. Their models are available in that workspace only.
 */
export const ownProvidersRouter = t.router({
  /** Returns the workspace's own providers, and whether operators still allow them. */
  providers: workspaceProcedure("provider:manage", z.strictObject({})).query(async ({ ctx }) => {
    const [rows, { areOwnProvidersAllowed }] = await Promise.all([
      providers.list(ctx.db, ctx.workspace.workspaceId),
      instance.settings(ctx.db),
    ]);
    return { providers: rows.map(shownOf), isAllowed: areOwnProvidersAllowed };
  }),

  /** Returns one of the workspace's own providers. Refuses `not_found`. */
  provider: workspaceProcedure("provider:manage", oneOwnProvider).query(async ({ ctx, input }) =>
    shownOf(existing(await providers.find(ctx.db, ctx.workspace.workspaceId, input.providerId))),
  ),

  /**
   * Adds a provider after a test. Refuses `invalid_input` at the wrong field, also for an address that is not public;
   * `provider_name_taken`, `too_many_providers`, `own_providers_closed`, `sign_in_again`.
   *
   * @returns what the provider answered to the test; null: it was not tested
   */
  addProvider: refusing(
    ["provider_name_taken", "too_many_providers", "own_providers_closed"],
    workspaceStepsProcedure("provider:manage", addOwnProvider, "today", limit),
  ).mutation(async ({ ctx, input: { workspace: _, prefix: name, ...described } }) => {
    await ctx.step("read", requireAllowed);
    await loadProviders();
    const { said, ...checked } = await checkProvider(described, guard);
    const id = await ctx.step("write", async (db, workspace) => {
      const { workspaceId } = workspace;
      await lockWorkspaceAndRecheckRole({ ...ctx, db, workspace });
      await requireAllowed(db);
      if ((await providers.list(db, workspaceId)).length === providers.mostOwnProviders)
        throw refuse("too_many_providers");
      const added = await providers.add(db, workspaceId, { name, ...checked });
      if (!added) throw refuse("provider_name_taken", { prefix: "There is a provider of this name already." });
      await audit.record(db, workspaceId, ctx, {
        action: "provider.added",
        target: { type: "provider", id: added },
        after: { name, url: checked.url, hasKey: described.key !== "", isTested: said !== null },
      });
      return added;
    });
    await loadProviders();
    return { id, said };
  }),

  /**
   * Changes a provider after a test with the new settings. Refuses `not_found`, `invalid_input` at the wrong field,
   * also for a key that was entered for another address; `own_providers_closed`, `sign_in_again`.
   *
   * @returns what the provider answered to the test; null: it was not tested
   */
  updateProvider: refusing(
    ["own_providers_closed"],
    workspaceStepsProcedure("provider:manage", updateOwnProvider, "today", limit),
  ).mutation(async ({ ctx, input: { workspace: _, providerId: id, ...described } }) => {
    await loadProviders();
    const before = await ctx.step("read", async (db, { workspaceId }) => {
      await requireAllowed(db);
      return existing(await providers.find(db, workspaceId, id));
    });
    const { said, ...checked } = await checkProvider(described, guard, { ...before, key: storedKey(id, before.url) });
    await ctx.step("write", async (db, workspace) => {
      const { workspaceId } = workspace;
      await lockWorkspaceAndRecheckRole({ ...ctx, db, workspace });
      const held = existing(await providers.hold(db, workspaceId, id));
      // The test used the key and address that were read before; they must not have changed since.
      if (held.url !== before.url || held.hasKey !== before.hasKey) throw refuse("not_found");
      await providers.update(db, workspaceId, id, checked);
      await audit.record(db, workspaceId, ctx, {
        action: "provider.changed",
        target: { type: "provider", id },
        before: { name: held.name, url: held.url },
        after: {
          ...{ name: held.name, url: checked.url },
          ...{ isKeyChanged: checked.keySealed !== undefined, isTested: said !== null },
        },
      });
    });
    await loadProviders();
    return { said };
  }),

  /**
   * Tests a provider with its current settings. Refuses `not_found`, `own_providers_closed`.
   *
   * @returns whether it works, and its answer or the problem
   */
  testProvider: refusing(
    ["own_providers_closed"],
    workspaceStepsProcedure("provider:manage", oneOwnProvider, "any", limit),
  ).mutation(async ({ ctx, input: { providerId: id } }) => {
    await loadProviders();
    const found = await ctx.step("read", async (db, { workspaceId }) => {
      await requireAllowed(db);
      return existing(await providers.find(db, workspaceId, id));
    });
    const described = {
      address: found.url,
      key: "",
      models: found.models,
      endpoints: found.endpoints,
      isForced: false,
    };
    const outcome = await verdict(() => checkProvider(described, guard, { ...found, key: storedKey(id, found.url) }));
    await ctx.step("write", (db, { workspaceId }) =>
      audit.record(db, workspaceId, ctx, {
        action: "provider.tested",
        target: { type: "provider", id },
        after: { name: found.name, isWorking: outcome.isWorking },
      }),
    );
    return outcome;
  }),

  /**
   * Sets whether a provider gets new requests, only finishes those in progress, or gets none and ends those in
   * progress. Refuses `not_found`, `sign_in_again`.
   */
  setProviderState: workspaceProcedure("provider:manage", setOwnProviderState, "today", limit).mutation(
    async ({ ctx, input: { providerId: id, state } }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const { name, state: before } = existing(await providers.hold(ctx.db, workspaceId, id));
      await providers.update(ctx.db, workspaceId, id, { state });
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "provider.state_changed",
        target: { type: "provider", id },
        before: { name, state: before },
        after: { name, state },
      });
    },
  ),

  /** Deletes a provider and its key. Requests to it that are in progress end. Refuses `not_found`, `sign_in_again`. */
  removeProvider: workspaceProcedure("provider:manage", oneOwnProvider, "recent", limit).mutation(
    async ({ ctx, input: { providerId: id } }) => {
      const { workspaceId } = ctx.workspace;
      await lockWorkspaceAndRecheckRole(ctx);
      const { name, url } = existing(await providers.hold(ctx.db, workspaceId, id));
      await providers.remove(ctx.db, workspaceId, id);
      await audit.record(ctx.db, workspaceId, ctx, {
        action: "provider.removed",
        target: { type: "provider", id },
        before: { name, url },
      });
    },
  ),
});

async function requireAllowed(db: Db): Promise<void> {
  if (!(await instance.settings(db)).areOwnProvidersAllowed) throw refuse("own_providers_closed");
}

function existing<T>(found: T | undefined): T {
  if (!found) throw refuse("not_found");
  return found;
}

function shownOf(row: providers.OwnProvider) {
  const server = serverOfProvider(row.id);
  return {
    ...row,
    isKeyUnreadable: unreadableKeys().has(row.id),
    isDown: server?.isDown ?? false,
    modelCount: server?.settings.models?.length ?? server?.models?.length ?? null,
  };
}
