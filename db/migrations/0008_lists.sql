DROP INDEX "memberships_of_person";--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "member_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "memberships_of_person" ON "memberships" USING btree ("user_id","last_active_at" DESC NULLS LAST,"joined_at" DESC NULLS FIRST);--> statement-breakpoint
-- Every change of who is a member is made under the workspace's lock, so this waits for nobody.
CREATE FUNCTION count_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workspaces w SET member_count = w.member_count + CASE TG_OP WHEN 'INSERT' THEN c.n ELSE -c.n END
    FROM (SELECT workspace_id, count(*)::int AS n FROM changed GROUP BY workspace_id) c WHERE w.id = c.workspace_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_joined AFTER INSERT ON memberships REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_members();
--> statement-breakpoint
CREATE TRIGGER count_left AFTER DELETE ON memberships REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_members();
--> statement-breakpoint
-- The owner is under the policies as well, unless it says for a moment that it is not.
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
UPDATE workspaces w SET member_count = (SELECT count(*) FROM memberships m WHERE m.workspace_id = w.id);
--> statement-breakpoint
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Where a table has other policies besides, the planner takes "of this workspace" and a query's own "of this workspace" for
-- two conditions, expects next to no rows, and sorts a whole workspace for its first page. What it cannot look into it
-- takes for half of the table. Every query names its workspace itself, so no index is lost by it.
ALTER POLICY tenant ON memberships USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));
--> statement-breakpoint
ALTER POLICY tenant ON api_keys USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));
--> statement-breakpoint
ALTER POLICY visible ON workspaces USING (
  deleted_at IS NULL AND (
    EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspaces.id AND m.user_id = app_user_id())
    OR id IN (SELECT i.workspace_id FROM invitations i WHERE i.workspace_id = workspaces.id)
    OR id IN (SELECT d.workspace_id FROM domains d WHERE d.workspace_id = workspaces.id)
    OR id IN (SELECT r.workspace_id FROM join_requests r WHERE r.workspace_id = workspaces.id)
    OR id IN (SELECT l.workspace_id FROM invite_links l WHERE l.workspace_id = workspaces.id)
    OR (is_join_page_open AND slug = nullif(current_setting('app.join_slug', true), ''))
  )
);
--> statement-breakpoint
-- Parts of names and addresses are found by their trigrams. The extension comes with PostgreSQL; where an installation
-- lacks it, a search reads through the people instead.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX users_searched ON users USING gin (name gin_trgm_ops, email gin_trgm_ops);
EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege OR undefined_object THEN
  RAISE NOTICE 'without pg_trgm, searching members is slower';
END $$;
