-- Announces that a workspace was deleted or restored: what it shares ends with it.
CREATE OR REPLACE FUNCTION announce_ended_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s WHERE s.workspace_id = NEW.id;
  RETURN NULL;
END $$;
