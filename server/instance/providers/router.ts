import { type Db, instanceLog } from "@/db/client";
import { instanceProcedure, instanceStepsProcedure } from "@/server/api/instance-procedures";
import { noInput, refusing } from "@/server/api/procedures";
import { refuse } from "@/server/api/refusals";
import { t } from "@/server/api/trpc";
import * as audit from "@/server/audit/queries";
import * as instance from "@/server/membership/instance/queries";
import { checkProvider, verdict } from "@/server/model-servers/providers/check";
import { guards, loadProviders, storedKey } from "@/server/model-servers/registry";
import { env } from "@/server/platform/env";
import { limits } from "@/server/platform/throttling/limits";
import { addProvider, oneProvider, setOwnProviders, setProviderState, updateProvider } from "./input";
import * as providers from "./queries";
import { environmentServers, shownOf, statedTexts, tunedTexts } from "./shown";

const limit = limits.providerChangesPerPerson;

/**
 * Procedures for the sources of the instance's models: the servers in MODEL_SERVERS, and providers that operators add.
 */
export const instanceProvidersRouter = t.router({
  /**
   * Returns the providers and the servers of the environment with their states, and what workspaces may add themselves.
   */
  providers: instanceProcedure(noInput).query(async ({ ctx }) => {
    const rows = await providers.list(ctx.db);
    const [slugs, { areOwnProvidersAllowed, ownProviderRanges }] = await Promise.all([
      providers.slugsOf(
        ctx.db,
        rows.flatMap(({ allowedWorkspaces }) => allowedWorkspaces ?? []),
      ),
      instance.settings(ctx.db),
    ]);
    return {
      providers: rows.map((row) => shownOf(row, slugs)),
      ...environmentServers(),
      ...{ areOwnProvidersAllowed, ownProviderRanges },
    };
  }),

  /** Returns a provider. Refuses `not_found`. */
  provider: refusing(["not_found"], instanceProcedure(oneProvider)).query(async ({ ctx, input }) => {
    const found = await providers.find(ctx.db, input.providerId);
    if (!found) throw refuse("not_found");
    return shownOf(found, await providers.slugsOf(ctx.db, found.allowedWorkspaces ?? []));
  }),

  /**
   * Adds a provider after a test: it lists its models and is called once. Refuses invalid values at their fields,
   * `provider_name_taken`, `too_many_providers`, `sign_in_again`.
   *
   * @returns the result of the test; null when there was none
   */
  addProvider: refusing(
    ["provider_name_taken", "too_many_providers"],
    instanceStepsProcedure(addProvider, "today", limit),
  ).mutation(async ({ ctx, input }) => {
    const { name, tuned, workspaces: slugs, ...described } = input;
    const taken = () => refuse("provider_name_taken", { name: "There is a provider of this name already." });
    if (env().modelServers.some((server) => server.name.toLowerCase() === name.toLowerCase())) throw taken();
    const allowedWorkspaces = await ctx.step("read", (db) => idsOf(db, slugs));
    const { said, ...checked } = await checkProvider(described, guards.instance);
    const id = await ctx.step("write", async (db) => {
      if ((await providers.list(db)).length === providers.mostProviders) throw refuse("too_many_providers");
      const added = await providers.add(db, { name, ...checked, tuned, allowedWorkspaces });
      if (!added) throw taken();
      await audit.record(db, instanceLog, ctx, {
        action: "provider.added",
        target: { type: "provider", id: added },
        after: {
          ...{ name, url: checked.url, models: statedTexts(checked.models), tuned: tunedTexts(tuned) },
          allowedWorkspaces: slugs,
          ...{ hasKey: described.key !== "", isTested: said !== null },
        },
      });
      return added;
    });
    await loadProviders();
    return { id, said };
  }),

  /**
   * Changes a provider after a test with the new settings. Its name cannot change. Refuses `not_found`, invalid values
   * at their fields, and a stored key for another address; `sign_in_again`.
   *
   * @returns the result of the test; null when there was none
   */
  updateProvider: refusing(["not_found"], instanceStepsProcedure(updateProvider, "today", limit)).mutation(
    async ({ ctx, input }) => {
      const { providerId: id, tuned, workspaces: slugs, ...described } = input;
      await loadProviders();
      const { before, allowedWorkspaces } = await ctx.step("read", async (db) => ({
        before: existing(await providers.find(db, id)),
        allowedWorkspaces: await idsOf(db, slugs),
      }));
      const { said, ...checked } = await checkProvider(described, guards.instance, {
        ...before,
        key: storedKey(id, before.url),
      });
      await ctx.step("write", async (db) => {
        const held = existing(await providers.hold(db, id));
        // The test used the key stored for the address at that time.
        if (held.url !== before.url || held.hasKey !== before.hasKey) throw refuse("not_found");
        await providers.update(db, id, { ...checked, tuned, allowedWorkspaces });
        await audit.record(db, instanceLog, ctx, {
          action: "provider.changed",
          target: { type: "provider", id },
          before: { name: held.name, url: held.url, models: statedTexts(held.models), tuned: tunedTexts(held.tuned) },
          after: {
            ...{ name: held.name, url: checked.url, models: statedTexts(checked.models), tuned: tunedTexts(tuned) },
            allowedWorkspaces: slugs,
            ...{ isKeyChanged: checked.keySealed !== undefined, isTested: said !== null },
          },
        });
      });
      await loadProviders();
      return { said };
    },
  ),

  /**
   * Tests a provider with its stored settings. Refuses `not_found`. @returns whether it works, and its answer or what
   * is wrong
   */
  testProvider: refusing(["not_found"], instanceStepsProcedure(oneProvider, "any", limit)).mutation(
    async ({ ctx, input: { providerId: id } }) => {
      await loadProviders();
      const found = await ctx.step("read", async (db) => existing(await providers.find(db, id)));
      const described = {
        address: found.url,
        key: "",
        models: found.models,
        endpoints: found.endpoints,
        isForced: false,
      };
      const outcome = await verdict(() =>
        checkProvider(described, guards.instance, { ...found, key: storedKey(id, found.url) }),
      );
      await ctx.step("write", (db) =>
        audit.record(db, instanceLog, ctx, {
          action: "provider.tested",
          target: { type: "provider", id },
          after: { name: found.name, isWorking: outcome.isWorking },
        }),
      );
      return outcome;
    },
  ),

  /**
   * Sets whether a provider takes new calls, only finishes those under way, or ends these too. Refuses `not_found`,
   * `sign_in_again`.
   */
  setProviderState: refusing(["not_found"], instanceProcedure(setProviderState, "today", limit)).mutation(
    async ({ ctx, input: { providerId: id, state } }) => {
      const { name, state: before } = existing(await providers.hold(ctx.db, id));
      await providers.setState(ctx.db, id, state);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "provider.state_changed",
        target: { type: "provider", id },
        before: { name, state: before },
        after: { name, state },
      });
    },
  ),

  /** Deletes a provider and its key, and ends calls to it. Refuses `not_found`, `sign_in_again`. */
  removeProvider: refusing(["not_found"], instanceProcedure(oneProvider, "recent", limit)).mutation(
    async ({ ctx, input: { providerId: id } }) => {
      const { name, url } = existing(await providers.hold(ctx.db, id));
      await providers.remove(ctx.db, id);
      await audit.record(ctx.db, instanceLog, ctx, {
        action: "provider.removed",
        target: { type: "provider", id },
        before: { name, url },
      });
    },
  ),

  /**
   * Sets whether workspaces may add their own providers, and in which networks. Applies within a second. Refuses
   * `sign_in_again`.
   */
  setOwnProviders: instanceProcedure(setOwnProviders, "today", limit).mutation(async ({ ctx, input }) => {
    const after = { areOwnProvidersAllowed: input.own === "allowed", ownProviderRanges: input.ranges };
    const before = await providers.setOwnProviders(ctx.db, after);
    await audit.record(ctx.db, instanceLog, ctx, {
      action: "provider.own_changed",
      target: { type: "instance", id: "providers" },
      ...{ before, after },
    });
  }),
});

function existing<T>(found: T | undefined): T {
  if (!found) throw refuse("not_found");
  return found;
}

/**
 * Returns the ids of the workspaces with these slugs; null for an empty list, which means all. Refuses an unknown slug
 * at the field.
 */
async function idsOf(db: Db, slugs: string[]): Promise<string[] | null> {
  if (slugs.length === 0) return null;
  const found = await providers.workspacesBySlug(db, slugs);
  const missing = slugs.find((slug) => !found.some((each) => each.slug === slug));
  if (missing) throw refuse("invalid_input", { workspaces: `There is no workspace /w/${missing}.` });
  return found.map(({ id }) => id);
}
