-- What a budget allows now; null: it has no limit (any more).
CREATE OR REPLACE FUNCTION spend_limit_of(of_workspace uuid, of_whose text, of_span text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  at_most bigint;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  IF of_whose LIKE 'end-user:%' THEN
    -- Its own, or else the one for each.
    SELECT raised_limit(of_workspace, b.whose, of_span, b.amount) INTO at_most FROM budgets b
      WHERE b.workspace_id = of_workspace AND b.whose IN (of_whose, 'end-users') AND b.span = of_span ORDER BY b.whose = 'end-users' LIMIT 1;
    PERFORM set_config('app.workspace_id', workspace_before, true);
    RETURN at_most;
  END IF;
  IF of_span <> 'month' OR of_whose = 'ceiling' OR of_whose LIKE 'model:%' OR of_whose LIKE 'tag:%' THEN
    SELECT b.amount INTO at_most FROM budgets b WHERE b.workspace_id = of_workspace AND b.whose = of_whose AND b.span = of_span;
  ELSIF of_whose = 'workspace' THEN
    SELECT w.monthly_limit INTO at_most FROM workspaces w WHERE w.id = of_workspace;
  ELSIF of_whose LIKE 'key:%' THEN
    SELECT k.monthly_limit INTO at_most FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = substr(of_whose, 5);
  ELSE
    SELECT m.monthly_limit INTO at_most FROM memberships m WHERE m.workspace_id = of_workspace AND m.user_id = substr(of_whose, 8)::uuid;
  END IF;
  at_most := raised_limit(of_workspace, of_whose, of_span, at_most);
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN at_most;
END $$;
