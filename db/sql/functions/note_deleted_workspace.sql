-- Marks the keys of a deleted workspace: they stay unchanged, in case it is restored, and are refused until then. The mark is
-- in each key, since a join with the workspace takes half of the time of a key's lookup: workspaces have many policies. A
-- caller who may change a workspace's row is inside it, and so sees its keys.
CREATE OR REPLACE FUNCTION note_deleted_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET workspace_deleted_at = NEW.deleted_at WHERE k.workspace_id = NEW.id;
  RETURN NULL;
END $$;
