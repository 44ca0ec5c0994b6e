import { sql } from "drizzle-orm";
import { workspaces } from "./workspaces";

/** The condition for a workspace without free seats, by its own number or by the operators' ceiling. */
export const isFullWorkspace = sql<boolean>`coalesce(${workspaces.memberCount} >= least(${workspaces.seats}, ${workspaces.mostMembers}), false)`;
