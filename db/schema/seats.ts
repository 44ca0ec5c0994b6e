import { sql } from "drizzle-orm";
import { workspaces } from "./workspaces";

/** Whether every seat of a workspace is taken, or as many as operators let it have. */
export const isFullWorkspace = sql<boolean>`coalesce(${workspaces.memberCount} >= least(${workspaces.seats}, ${workspaces.mostMembers}), false)`;
