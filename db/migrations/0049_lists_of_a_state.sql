ALTER TABLE "workspace_figures" ADD COLUMN "listed_as" text DEFAULT 'active' NOT NULL;--> statement-breakpoint
CREATE INDEX "workspace_figures_listed_by_spend" ON "workspace_figures" USING btree ("listed_as","month","spent","workspace_id") WHERE listed_as <> 'active';--> statement-breakpoint
CREATE INDEX "workspace_figures_listed_by_use" ON "workspace_figures" USING btree ("listed_as","last_used_at","workspace_id") WHERE listed_as <> 'active';--> statement-breakpoint
CREATE INDEX "users_deactivated_by_name" ON "users" USING btree (lower("name") collate "C","id") WHERE deactivated_at is not null;--> statement-breakpoint
CREATE INDEX "users_deactivated_last_seen" ON "users" USING btree (coalesce("last_seen_at", '-infinity'::timestamptz),"id") WHERE deactivated_at is not null;--> statement-breakpoint
CREATE INDEX "workspaces_suspended_by_name" ON "workspaces" USING btree ("name_key" collate "C","id") WHERE suspended_at is not null;--> statement-breakpoint
CREATE INDEX "workspaces_suspended_largest" ON "workspaces" USING btree ("member_count","id") WHERE suspended_at is not null;--> statement-breakpoint
CREATE INDEX "workspaces_deleted_by_name" ON "workspaces" USING btree ("name_key" collate "C","id") WHERE deleted_at is not null and purge_begun_at is null;--> statement-breakpoint
CREATE INDEX "workspaces_deleted_largest" ON "workspaces" USING btree ("member_count","id") WHERE deleted_at is not null and purge_begun_at is null;--> statement-breakpoint
ALTER TABLE "workspace_figures" ADD CONSTRAINT "workspace_figures_listed_as" CHECK ("workspace_figures"."listed_as" in ('active', 'suspended', 'deleted', 'purged'));--> statement-breakpoint
-- The owner of a table sees its rows only while that is not forbidden.
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE workspace_figures NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
UPDATE workspace_figures f SET listed_as = CASE WHEN w.purge_begun_at IS NOT NULL THEN 'purged' WHEN w.deleted_at IS NOT NULL THEN 'deleted' ELSE 'suspended' END
  FROM workspaces w WHERE w.id = f.workspace_id AND (w.deleted_at IS NOT NULL OR w.suspended_at IS NOT NULL);--> statement-breakpoint
ALTER TABLE workspace_figures FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
