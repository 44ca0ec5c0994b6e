-- The keys of a deleted or suspended workspace stay what they are, for the day it is restored or resumed, and open nothing
-- until then. Each knows it itself: to ask the workspace takes half of the time of looking a key up, for the policies of
-- workspaces are many. Whoever may change a workspace's row sees its keys.
CREATE OR REPLACE FUNCTION note_deleted_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET workspace_deleted_at = coalesce(NEW.deleted_at, NEW.suspended_at) WHERE k.workspace_id = NEW.id;
  RETURN NULL;
END $$;
