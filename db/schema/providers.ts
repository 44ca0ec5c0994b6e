import { sql } from "drizzle-orm";
import { boolean, check, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { EndpointName } from "@/server/platform/settings/endpoints";
import { bytea, instant } from "./columns";
import { workspaceId } from "./workspaces";

/** `draining`: takes no new call, and those under way go on. `disabled`: those under way end too. */
export type ProviderState = "active" | "draining" | "disabled";

/** A model that a provider is asked for: by the name that programs use, and its own. `contextLength` in tokens. */
export type StatedModel = { id: string; upstream: string; contextLength?: number };

/** A model that was fine-tuned on a provider, by its name there: offered to the workspace that registers it. `base`: of which model. */
export type StatedTuned = { upstream: string; base?: string };

/** What every provider has: where it is, its key, and what of it is used. */
const provider = () => ({
  name: text().notNull(),
  /** With its `/v1`, without a slash at the end. */
  url: text().notNull(),
  /** Encrypted with a key that is derived of AUTH_SECRET, together with the address that it is for. Null: it has none. */
  keySealed: bytea(),
  hasKey: boolean().notNull().generatedAlwaysAs(sql`key_sealed is not null`),
  state: text().$type<ProviderState>().notNull().default("active"),
  /** The models that are offered; null: all that it lists. */
  models: jsonb().$type<StatedModel[]>(),
  /** What it can be asked for besides chats and embeddings; null: what its answers show. */
  endpoints: text().array().$type<EndpointName[]>(),
  changedAt: instant().notNull().defaultNow(),
  createdAt: instant().notNull().defaultNow(),
});

/** The model providers that operators added, beside the servers of MODEL_SERVERS. */
export const instanceProviders = pgTable(
  "instance_providers",
  {
    id: uuid().primaryKey().defaultRandom(),
    ...provider(),
    /** Those of its models that were fine-tuned there, which no workspace is offered before it registers one; null: those that it marks so. */
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

/** The model providers of a workspace's own, whose models are in that workspace only. */
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
