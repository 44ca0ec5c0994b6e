-- The id under which a key's usage is counted: that of the first key of its rotations.
CREATE OR REPLACE FUNCTION counted_as_of(of_workspace uuid, of_key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  found_subject text;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  SELECT k.counted_as INTO found_subject FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = of_key;
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN found_subject;
END $$;
