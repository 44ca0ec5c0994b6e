CREATE OR REPLACE FUNCTION announce_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed models := coalesce(NEW, OLD);
BEGIN
  PERFORM announce_models(changed.workspace_id);
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s
    WHERE s.workspace_id = changed.workspace_id AND s.model_id = changed.id;
  RETURN NULL;
END $$;
