CREATE OR REPLACE FUNCTION note_when_keys_of_expired_members_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET stops_at = key_stops_at(k.workspace_id, k.created_by)
    FROM memberships m WHERE m.workspace_id = NEW.id AND m.ends_at IS NOT NULL
      AND k.workspace_id = m.workspace_id AND k.created_by = m.user_id AND NOT k.is_service;
  RETURN NULL;
END $$;
