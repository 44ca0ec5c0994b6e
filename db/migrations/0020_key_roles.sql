DROP FUNCTION api_key_by_id(text);
--> statement-breakpoint
-- A program presents a key before anybody knows whose it is. This finds that one row, and what role whoever it belongs to
-- has now, in one round trip: a key may never do more than its owner. Null: it is the workspace's alone, or its owner left.
CREATE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, member_role text, scopes jsonb, models jsonb, ip_ranges jsonb)
  LANGUAGE plpgsql AS $$
DECLARE
  found_key api_keys;
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  is_workspace_live boolean;
  role_now text;
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  SELECT * INTO found_key FROM api_keys k WHERE k.id = key_id;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  PERFORM set_config('app.workspace_id', found_key.workspace_id::text, true);
  -- The keys of a deleted workspace stay what they are, for the day it is restored, and open nothing until then.
  is_workspace_live := EXISTS (SELECT FROM workspaces w WHERE w.id = found_key.workspace_id AND w.deleted_at IS NULL);
  role_now := (SELECT m.role FROM memberships m
    WHERE NOT found_key.is_service AND m.workspace_id = found_key.workspace_id AND m.user_id = found_key.created_by);
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN QUERY
    SELECT found_key.workspace_id, found_key.secret_mac, found_key.pepper_version, found_key.expires_at,
           is_workspace_live AND found_key.revoked_at IS NULL AND found_key.disabled_at IS NULL
             AND (found_key.expires_at IS NULL OR found_key.expires_at > now()),
           CASE WHEN found_key.is_service THEN NULL ELSE found_key.created_by END, role_now,
           to_jsonb(found_key.scopes), to_jsonb(found_key.models), to_jsonb(found_key.ip_ranges);
END $$;
--> statement-breakpoint
-- Instances remember keys and what their owners may: another role is another answer.
CREATE FUNCTION announce_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', k.id) FROM api_keys k
    WHERE k.workspace_id = NEW.workspace_id AND k.created_by = NEW.user_id AND k.revoked_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_role AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION announce_role_change();
