CREATE TABLE "workspace_icons" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"webp" "bytea" NOT NULL,
	CONSTRAINT "workspace_icons_size" CHECK (octet_length("workspace_icons"."webp") between 1 and 262144)
);
--> statement-breakpoint
CREATE TABLE "workspace_slugs" (
	"slug" text PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "default_role" text DEFAULT 'developer' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "key_creators" text DEFAULT 'developers' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "seats" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "icon_emoji" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "icon_version" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "purge_begun_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "purged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspace_icons" ADD CONSTRAINT "workspace_icons_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_slugs" ADD CONSTRAINT "workspace_slugs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workspace_slugs_of_workspace" ON "workspace_slugs" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "workspaces_to_purge" ON "workspaces" USING btree ("deleted_at") WHERE deleted_at is not null and purged_at is null;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_default_role" CHECK ("workspaces"."default_role" in ('developer', 'billing', 'viewer'));--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_key_creators" CHECK ("workspaces"."key_creators" in ('developers', 'admins'));--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_seats" CHECK ("workspaces"."seats" between 1 and 100000 and "workspaces"."member_count" <= "workspaces"."seats");--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_personal_alone" CHECK ("workspaces"."kind" <> 'personal' or "workspaces"."member_count" <= 1);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_icon" CHECK ("workspaces"."icon_emoji" is null or "workspaces"."icon_version" is null);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_icon_emoji" CHECK (char_length("workspaces"."icon_emoji") between 1 and 32);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_purge" CHECK ("workspaces"."deleted_at" is not null or ("workspaces"."purge_begun_at" is null and "workspaces"."purged_at" is null));
--> statement-breakpoint
-- The owner is under the policies as well, unless it says for a moment that it is not.
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
INSERT INTO workspace_slugs (slug, workspace_id, created_at) SELECT slug, id, created_at FROM workspaces;
--> statement-breakpoint
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT ON workspace_slugs TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON workspace_icons TO atelier_app;
--> statement-breakpoint
-- What a purge throws away.
GRANT DELETE ON fine_tuning_events TO atelier_app;
--> statement-breakpoint
ALTER TABLE workspace_slugs ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE workspace_slugs FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON workspace_slugs USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));
--> statement-breakpoint
-- Whoever is a member may follow an old address of the workspace.
CREATE POLICY visible_to_member ON workspace_slugs FOR SELECT USING (
  EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspace_slugs.workspace_id AND m.user_id = app_user_id())
);
--> statement-breakpoint
ALTER TABLE workspace_icons ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE workspace_icons FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON workspace_icons USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
-- A slug that any workspace has or had is never another's. Whoever wants it is refused as by a unique index.
CREATE FUNCTION keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workspace_slugs (slug, workspace_id) VALUES (NEW.slug, NEW.id) ON CONFLICT DO NOTHING;
  IF NOT EXISTS (SELECT FROM workspace_slugs s WHERE s.slug = NEW.slug AND s.workspace_id = NEW.id) THEN
    RAISE EXCEPTION 'the slug is taken' USING ERRCODE = 'unique_violation', CONSTRAINT = 'workspace_slugs_pkey', TABLE = 'workspace_slugs';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_slug AFTER INSERT OR UPDATE OF slug ON workspaces FOR EACH ROW EXECUTE FUNCTION keep_slug();
--> statement-breakpoint
-- The Admins of a deleted workspace may see that it can be restored, where a query asks for those.
CREATE POLICY visible_to_restorer ON workspaces FOR SELECT USING (
  deleted_at IS NOT NULL AND purge_begun_at IS NULL AND current_setting('app.deleted_workspaces', true) = 'mine'
  AND EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspaces.id AND m.user_id = app_user_id() AND m.role = 'admin')
);
--> statement-breakpoint
-- The job that throws away what nobody restored sees which those are.
CREATE POLICY visible_to_purge ON workspaces FOR SELECT USING (
  current_setting('app.job', true) = 'purge' AND deleted_at <= now() - interval '30 days' AND purged_at IS NULL
);
--> statement-breakpoint
-- The keys of a deleted workspace stay what they are, for the day it is restored, and open nothing until then.
CREATE OR REPLACE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, scopes jsonb, models jsonb, ip_ranges jsonb)
  LANGUAGE plpgsql AS $$
DECLARE
  found_key api_keys;
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  is_workspace_live boolean;
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  SELECT * INTO found_key FROM api_keys k WHERE k.id = key_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM set_config('app.workspace_id', found_key.workspace_id::text, true);
  is_workspace_live := EXISTS (SELECT FROM workspaces w WHERE w.id = found_key.workspace_id AND w.deleted_at IS NULL);
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN QUERY
    SELECT found_key.workspace_id, found_key.secret_mac, found_key.pepper_version, found_key.expires_at,
           is_workspace_live AND found_key.revoked_at IS NULL AND found_key.disabled_at IS NULL
             AND (found_key.expires_at IS NULL OR found_key.expires_at > now()),
           CASE WHEN found_key.is_service THEN NULL ELSE found_key.created_by END,
           to_jsonb(found_key.scopes), to_jsonb(found_key.models), to_jsonb(found_key.ip_ranges);
END $$;
--> statement-breakpoint
-- Instances remember keys: that a workspace's have ended, or live again, is announced to all of them as it commits.
CREATE FUNCTION announce_keys_of_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'workspace ' || NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_keys AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION announce_keys_of_workspace();
