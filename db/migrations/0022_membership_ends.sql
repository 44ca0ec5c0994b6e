CREATE TABLE "role_requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "role_requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "role_requests_id_unique" UNIQUE("id"),
	CONSTRAINT "role_requests_role" CHECK ("role_requests"."role" in ('admin', 'developer', 'billing', 'viewer')),
	CONSTRAINT "role_requests_status" CHECK ("role_requests"."status" in ('pending', 'approved', 'declined', 'withdrawn'))
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "stops_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "ends_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "end_reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "keys_of_ended" text DEFAULT 'keep' NOT NULL;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "role_requests_one_pending" ON "role_requests" USING btree ("workspace_id","user_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "role_requests_of_member" ON "role_requests" USING btree ("workspace_id","user_id","created_at");--> statement-breakpoint
CREATE INDEX "memberships_ending" ON "memberships" USING btree ("ends_at") WHERE ends_at is not null;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_keys_of_ended" CHECK ("workspaces"."keys_of_ended" in ('keep', 'revoke'));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON role_requests TO atelier_app;
--> statement-breakpoint
ALTER TABLE role_requests ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE role_requests FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON role_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
-- Whose time is up is no member, from that moment on, for everybody but the job that settles what they leave behind.
-- Written so that the planner does not look into it: see 0008.
CREATE POLICY not_ended ON memberships AS RESTRICTIVE FOR SELECT USING (
  coalesce(ends_at > now() OR coalesce(current_setting('app.job', true), '') = 'membership-ends', true)
);
--> statement-breakpoint
-- The job looks in every workspace for memberships that end soon or have ended, and sees no more than that.
CREATE POLICY visible_to_job ON memberships FOR SELECT USING (
  current_setting('app.job', true) = 'membership-ends' AND ends_at < now() + interval '3 days'
);
--> statement-breakpoint
-- Where a workspace wants the keys of a member to stop with their membership, each key knows when that is, so that the
-- door for programs need not ask who is a member. It is kept by triggers: who ends when, and what becomes of keys, is
-- changed in several places.
CREATE FUNCTION key_stops_at(of_workspace uuid, of_maker uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT m.ends_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
  WHERE m.workspace_id = of_workspace AND m.user_id = of_maker AND w.keys_of_ended = 'revoke'
$$;
--> statement-breakpoint
CREATE FUNCTION note_when_key_stops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.stops_at := CASE WHEN NEW.is_service THEN NULL ELSE key_stops_at(NEW.workspace_id, NEW.created_by) END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_when_it_stops BEFORE INSERT OR UPDATE OF is_service ON api_keys FOR EACH ROW EXECUTE FUNCTION note_when_key_stops();
--> statement-breakpoint
CREATE FUNCTION note_when_keys_of_member_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET stops_at = key_stops_at(k.workspace_id, k.created_by)
    WHERE k.workspace_id = NEW.workspace_id AND k.created_by = NEW.user_id AND NOT k.is_service;
  PERFORM announce_models(NEW.workspace_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_when_keys_stop AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.ends_at IS DISTINCT FROM NEW.ends_at) EXECUTE FUNCTION note_when_keys_of_member_stop();
--> statement-breakpoint
CREATE TRIGGER note_when_keys_of_new_stop AFTER INSERT ON memberships FOR EACH ROW
  WHEN (NEW.ends_at IS NOT NULL) EXECUTE FUNCTION note_when_keys_of_member_stop();
--> statement-breakpoint
CREATE FUNCTION note_when_keys_of_ended_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET stops_at = key_stops_at(k.workspace_id, k.created_by)
    FROM memberships m WHERE m.workspace_id = NEW.id AND m.ends_at IS NOT NULL
      AND k.workspace_id = m.workspace_id AND k.created_by = m.user_id AND NOT k.is_service;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_when_keys_stop AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.keys_of_ended IS DISTINCT FROM NEW.keys_of_ended) EXECUTE FUNCTION note_when_keys_of_ended_stop();
--> statement-breakpoint
-- A program presents a key before anybody knows whose it is. This finds that one row, what role whoever it belongs to has
-- now, and when it stops by itself, in one round trip.
CREATE OR REPLACE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, member_role text, scopes jsonb, models jsonb, ip_ranges jsonb)
  LANGUAGE plpgsql AS $$
DECLARE
  found_key api_keys;
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  is_workspace_live boolean;
  role_now text;
  stops_at timestamptz;
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  SELECT * INTO found_key FROM api_keys k WHERE k.id = key_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  stops_at := least(found_key.expires_at, found_key.stops_at);
  PERFORM set_config('app.workspace_id', found_key.workspace_id::text, true);
  -- The keys of a deleted workspace stay what they are, for the day it is restored, and open nothing until then.
  is_workspace_live := EXISTS (SELECT FROM workspaces w WHERE w.id = found_key.workspace_id AND w.deleted_at IS NULL);
  role_now := (SELECT m.role FROM memberships m
    WHERE NOT found_key.is_service AND m.workspace_id = found_key.workspace_id AND m.user_id = found_key.created_by);
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN QUERY
    SELECT found_key.workspace_id, found_key.secret_mac, found_key.pepper_version, stops_at,
           is_workspace_live AND found_key.revoked_at IS NULL AND found_key.disabled_at IS NULL
             AND coalesce(stops_at > now(), true),
           CASE WHEN found_key.is_service THEN NULL ELSE found_key.created_by END, role_now,
           to_jsonb(found_key.scopes), to_jsonb(found_key.models), to_jsonb(found_key.ip_ranges);
END $$;
--> statement-breakpoint
DROP TRIGGER announce_change ON api_keys;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.workspace_id, OLD.id, OLD.secret_mac, OLD.pepper_version, OLD.expires_at, OLD.stops_at, OLD.revoked_at, OLD.disabled_at,
      OLD.is_service, OLD.created_by, OLD.scopes, OLD.models, OLD.ip_ranges)
    IS DISTINCT FROM (NEW.workspace_id, NEW.id, NEW.secret_mac, NEW.pepper_version, NEW.expires_at, NEW.stops_at, NEW.revoked_at,
      NEW.disabled_at, NEW.is_service, NEW.created_by, NEW.scopes, NEW.models, NEW.ip_ranges))
  EXECUTE FUNCTION announce_key_change();
