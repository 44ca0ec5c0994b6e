import { asc, sql } from "drizzle-orm";
import { transaction } from "@/db/client";
import { instanceSettings } from "@/db/schema/instance";
import { instanceProviders, workspaceProviders } from "@/db/schema/providers";
import type { ProviderRow } from "./stored";

/** All providers, and whether workspaces may have their own. */
type Stored = { rows: ProviderRow[]; areOwnAllowed: boolean; ranges: string[] };

const columns = (table: typeof instanceProviders | typeof workspaceProviders) => ({
  ...{ id: table.id, name: table.name, url: table.url },
  ...{ keySealed: table.keySealed, state: table.state },
  ...{ models: table.models, endpoints: table.endpoints },
});

/**
 * Reads all providers, first the instance's by name and then the workspaces' own, in its own transaction. For the
 * process's copy.
 */
export function readAll(): Promise<Stored> {
  return transaction("read", {}, async (db) => {
    await db.execute(sql`select set_config('app.job', 'model-providers', true)`);
    const [ofInstance, own, [settings]] = await Promise.all([
      db
        .select({
          ...columns(instanceProviders),
          ...{ tuned: instanceProviders.tuned, allowedWorkspaces: instanceProviders.allowedWorkspaces },
        })
        .from(instanceProviders)
        .orderBy(asc(instanceProviders.name)),
      db
        .select({ ...columns(workspaceProviders), workspaceId: workspaceProviders.workspaceId })
        .from(workspaceProviders)
        .orderBy(asc(workspaceProviders.workspaceId), asc(workspaceProviders.name)),
      db
        .select({ areOwnAllowed: instanceSettings.areOwnProvidersAllowed, ranges: instanceSettings.ownProviderRanges })
        .from(instanceSettings),
    ]);
    return {
      rows: [
        ...ofInstance.map((row) => ({ ...row, workspaceId: null })),
        ...own.map((row) => ({ ...row, tuned: null, allowedWorkspaces: null })),
      ],
      areOwnAllowed: settings?.areOwnAllowed ?? false,
      ranges: settings?.ranges ?? [],
    };
  });
}
