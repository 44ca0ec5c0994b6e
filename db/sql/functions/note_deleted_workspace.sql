-- Marks the keys of a workspace that was deleted or suspended. They are refused until it is restored or resumed, and
-- are otherwise unchanged. The mark is in each key because a join with the workspace, which has many policies, would
-- double the time of a key's lookup. A caller who may change a workspace's row works inside it and so sees its keys.
CREATE OR REPLACE FUNCTION note_deleted_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_keys k SET workspace_deleted_at = coalesce(NEW.deleted_at, NEW.suspended_at) WHERE k.workspace_id = NEW.id;
  RETURN NULL;
END $$;
