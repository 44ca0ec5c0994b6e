-- Finds the end user of a workspace by a keyed hash, or adds it. Returns also the spans in which it has a limit of
-- its own instead of the common one. The name is stored if the workspace wants that.
CREATE OR REPLACE FUNCTION end_user_of(of_workspace uuid, of_lookup bytea, of_name text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  found_id uuid;
  known_name text;
  kept_name text;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  kept_name := (SELECT of_name FROM workspaces w WHERE w.id = of_workspace AND w.end_user_names = 'keep');
  SELECT e.id, e.name INTO found_id, known_name FROM end_users e WHERE e.workspace_id = of_workspace AND e.lookup = of_lookup;
  IF NOT FOUND THEN
    INSERT INTO end_users AS e (workspace_id, lookup, name) VALUES (of_workspace, of_lookup, kept_name)
      ON CONFLICT (workspace_id, lookup) DO UPDATE SET name = excluded.name RETURNING e.id INTO found_id;
  ELSIF known_name IS NULL AND kept_name IS NOT NULL THEN
    UPDATE end_users e SET name = kept_name WHERE e.workspace_id = of_workspace AND e.id = found_id;
  END IF;
  RETURN jsonb_build_object('id', found_id, 'spans', end_user_spans(of_workspace, found_id));
END $$;
