-- Finds the key of a request before its workspace is known. Returns only that row, with its owner's present role and
-- its remaining life, in one round trip.
CREATE OR REPLACE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, member_role text, scopes jsonb, models jsonb, ip_ranges jsonb, origins jsonb)
  LANGUAGE plpgsql AS $$
DECLARE
  found_key api_keys;
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
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
  role_now := (SELECT m.role FROM memberships m
    WHERE NOT found_key.is_service AND m.workspace_id = found_key.workspace_id AND m.user_id = found_key.created_by);
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN QUERY
    SELECT found_key.workspace_id, found_key.secret_mac, found_key.pepper_version, stops_at,
           found_key.workspace_deleted_at IS NULL AND found_key.revoked_at IS NULL AND found_key.disabled_at IS NULL
             AND coalesce(stops_at > now(), true),
           CASE WHEN found_key.is_service THEN NULL ELSE found_key.created_by END, role_now,
           to_jsonb(found_key.scopes), to_jsonb(found_key.models), to_jsonb(found_key.ip_ranges),
           to_jsonb(found_key.origins);
END $$;
