DROP FUNCTION api_key_by_id(text);
--> statement-breakpoint
-- A program presents a key before anybody knows whose it is. This finds that one row, and what role whoever it belongs to
-- has now, in one round trip: a key may never do more than its owner. Null: it is the workspace's alone, or its owner left.
CREATE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, member_role text, scopes jsonb, models jsonb, ip_ranges jsonb)
  LANGUAGE plpgsql AS $$
DECLARE
  found api_keys;
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  SELECT * INTO found FROM api_keys k WHERE k.id = key_id;
  IF found.id IS NULL THEN
    RETURN;
  END IF;
  PERFORM set_config('app.workspace_id', found.workspace_id::text, true);
  RETURN QUERY
    SELECT found.workspace_id, found.secret_mac, found.pepper_version, found.expires_at,
           found.revoked_at IS NULL AND found.disabled_at IS NULL AND (found.expires_at IS NULL OR found.expires_at > now()),
           CASE WHEN found.is_service THEN NULL ELSE found.created_by END,
           (SELECT m.role FROM memberships m
             WHERE NOT found.is_service AND m.workspace_id = found.workspace_id AND m.user_id = found.created_by),
           to_jsonb(found.scopes), to_jsonb(found.models), to_jsonb(found.ip_ranges);
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
