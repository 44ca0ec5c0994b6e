CREATE OR REPLACE FUNCTION await_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (workspace_id, at, event_id) VALUES (NEW.workspace_id, NEW.at, NEW.id);
  RETURN NULL;
END $$;
