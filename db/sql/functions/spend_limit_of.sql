-- What a budget allows now; null: it has no limit (any more).
CREATE OR REPLACE FUNCTION spend_limit_of(of_workspace uuid, of_whose text, of_span text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  at_most bigint;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  SELECT l.at_most INTO at_most FROM spend_limits_of(ARRAY[of_workspace], ARRAY[of_whose], ARRAY[of_span]) l;
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN at_most;
END $$;
