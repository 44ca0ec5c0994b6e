-- Instances remember what a workspace's models and routes retire to. A change is announced to the workspace and to those that the model is shared with.
CREATE OR REPLACE FUNCTION announce_retirement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed model_retirements := coalesce(NEW, OLD);
BEGIN
  PERFORM announce_models(changed.workspace_id);
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s
    WHERE s.workspace_id = changed.workspace_id AND s.model_id = changed.model_id;
  RETURN NULL;
END $$;
