CREATE OR REPLACE FUNCTION note_when_key_stops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.stops_at := CASE WHEN NEW.is_service THEN NULL ELSE key_stops_at(NEW.workspace_id, NEW.created_by) END;
  RETURN NEW;
END $$;
