-- The keys of a deleted workspace stay what they are, for the day it is restored, and open nothing until then. Each knows it
-- itself: to ask the workspace takes half of the time of looking a key up, for the policies of workspaces are many. Whoever
-- may change a workspace's row is inside it, and so sees its keys.
CREATE OR REPLACE FUNCTION note_deleted_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET workspace_deleted_at = NEW.deleted_at WHERE k.workspace_id = NEW.id;
  RETURN NULL;
END $$;
