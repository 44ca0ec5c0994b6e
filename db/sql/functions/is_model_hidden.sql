-- Whether a workspace's own model is hidden from this person (null: a service key, which belongs to no person). The
-- same rule as isFor() in server/models/visibility.ts, for deleted models too.
CREATE OR REPLACE FUNCTION is_model_hidden(workspace uuid, model text, visibility text, maker uuid, person uuid)
  RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE visibility
    WHEN 'workspace' THEN false
    WHEN 'private' THEN coalesce(maker <> person, true)
    ELSE NOT EXISTS (SELECT FROM model_members n WHERE n.workspace_id = workspace AND n.model_id = model AND n.user_id = person)
  END
$$;
