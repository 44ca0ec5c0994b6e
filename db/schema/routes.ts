import { sql } from "drizzle-orm";
import { check, jsonb, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns";
import { users } from "./people";
import { workspaceId } from "./workspaces";

/** A model of a route; `weight` is its share of the requests relative to the other models, if the route is weighted. */
export type RouteModel = { model: string; weight: number };

/** A name in a workspace that stands for several models, of which one answers each request. */
export const modelRoutes = pgTable(
  "model_routes",
  {
    workspaceId: workspaceId(),
    /** The id for programs: `route/NAME`. No model has such an id. */
    id: text().notNull(),
    /** Whether the models are tried in their order, or the first one is drawn by weight. */
    mode: text().$type<"ordered" | "weighted">().notNull(),
    models: jsonb().$type<RouteModel[]>().notNull(),
    /** The model that comes first once `saverPercent` of a spending limit is spent; null: none. */
    saverModel: text(),
    saverPercent: smallint(),
    createdBy: uuid().references(() => users.id),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    check("model_routes_id_form", sql`${table.id} ~ '^route/[a-z0-9][a-z0-9._-]{0,49}$'`),
    check("model_routes_mode", sql`${table.mode} in ('ordered', 'weighted')`),
    check("model_routes_models", sql`jsonb_array_length(${table.models}) between 1 and 8`),
    check(
      "model_routes_saver",
      sql`(${table.saverModel} is null) = (${table.saverPercent} is null) and coalesce(${table.saverPercent}, 1) between 1 and 99`,
    ),
  ],
);
