ALTER TABLE "spend_counters" DROP CONSTRAINT "spend_counters_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "usage_leases" DROP CONSTRAINT "usage_leases_workspace_id_workspaces_id_fk";
