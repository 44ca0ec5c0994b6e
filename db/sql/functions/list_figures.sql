-- Keeps in a workspace's figures in which list of operators the workspace is.
CREATE OR REPLACE FUNCTION list_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workspace_figures SET listed_as = CASE WHEN NEW.purge_begun_at IS NOT NULL THEN 'purged' WHEN NEW.deleted_at IS NOT NULL THEN 'deleted'
    WHEN NEW.suspended_at IS NOT NULL THEN 'suspended' ELSE 'active' END WHERE workspace_id = NEW.id;
  RETURN NULL;
END $$;
