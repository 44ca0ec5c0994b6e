import { sql } from "drizzle-orm";
import { boolean, check, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { EndpointName } from "@/server/platform/settings/endpoints";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/** `draining`: no new requests; those in progress go on. `disabled`: those in progress end too. */
export type ProviderState = "active" | "draining" | "disabled";

/** A model of a provider: the id for programs, and the provider's own name. `contextLength` is in tokens. */
export type StatedModel = { id: string; upstream: string; contextLength?: number };

/**
 * A model that was fine-tuned at a provider, by its name there. Only the workspace that registers it can use it. `base`
 * is its base model.
 */
export type StatedTuned = { upstream: string; base?: string };

/** The columns of every provider. */
const provider = () => ({
  name: text().notNull(),
  /** Including `/v1`, without a slash at the end. */
  url: text().notNull(),
  /** Its key, encrypted with a key that is derived from AUTH_SECRET, together with its address. Null: it has none. */
  keySealed: bytea(),
  hasKey: boolean().notNull().generatedAlwaysAs(sql`key_sealed is not null`),
  state: text().$type<ProviderState>().notNull().default("active"),
  /** The models that are offered; null: all that it lists. */
  models: jsonb().$type<StatedModel[]>(),
  /** Its endpoints besides chat and embeddings; null: they are learned from its answers. */
  endpoints: text().array().$type<EndpointName[]>(),
  changedAt: instant().notNull().defaultNow(),
  createdAt: instant().notNull().defaultNow(),
});

/** The model providers that operators added, besides the servers of MODEL_SERVERS. */
export const instanceProviders = pgTable(
  "instance_providers",
  {
    id: uuid().primaryKey().defaultRandom(),
    ...provider(),
    /**
     * The models that were fine-tuned there, which a workspace can use only after registering one; null: the ones that
     * it marks as fine-tuned.
     */
    tuned: jsonb().$type<StatedTuned[]>(),
    /** The workspaces that may use it; null: all. */
    allowedWorkspaces: uuid().array(),
  },
  (table) => [
    uniqueIndex("instance_providers_name").on(sql`lower(${table.name})`),
    check("instance_providers_name_length", sql`length(${table.name}) between 1 and 60`),
    check("instance_providers_url", sql`length(${table.url}) <= 2000 and ${table.url} ~ '^https?://'`),
    check("instance_providers_state", sql`${table.state} in ('active', 'draining', 'disabled')`),
  ],
);

/** The workspaces' own model providers. Their models are available in that workspace only. */
export const workspaceProviders = pgTable(
  "workspace_providers",
  {
    workspaceId: workspaceId(),
    id: uuid().notNull().defaultRandom(),
    ...provider(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    uniqueIndex("workspace_providers_name").on(table.workspaceId, table.name),
    // The first part of its models' ids, after "own/".
    check("workspace_providers_name_form", sql`${table.name} ~ '^[a-z0-9][a-z0-9-]{0,39}$'`),
    check("workspace_providers_url", sql`length(${table.url}) <= 2000 and ${table.url} ~ '^https?://'`),
    check("workspace_providers_state", sql`${table.state} in ('active', 'draining', 'disabled')`),
  ],
);
