CREATE OR REPLACE FUNCTION note_when_keys_of_member_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET stops_at = key_stops_at(k.workspace_id, k.created_by)
    WHERE k.workspace_id = NEW.workspace_id AND k.created_by = NEW.user_id AND NOT k.is_service;
  PERFORM announce_models(NEW.workspace_id);
  RETURN NULL;
END $$;
