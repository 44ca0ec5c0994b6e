-- Announces a change of the retirement of a workspace's model or route, to the workspace and to those with which the
-- model is shared. Instances remember retirements.
CREATE OR REPLACE FUNCTION announce_retirement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed model_retirements := coalesce(NEW, OLD);
BEGIN
  PERFORM announce_models(changed.workspace_id);
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s
    WHERE s.workspace_id = changed.workspace_id AND s.model_id = changed.model_id;
  RETURN NULL;
END $$;
