-- The stored counters of a workspace, to compare with derived_counters.
CREATE OR REPLACE FUNCTION present_counters(of_workspace uuid) RETURNS TABLE (workspace_id uuid, span text, period date, subject text, spent bigint, reserved bigint)
  LANGUAGE sql STABLE AS $$
  SELECT c.workspace_id, c.span, c.period, c.subject, c.spent, c.reserved FROM spend_counters c WHERE c.workspace_id = of_workspace
    AND (c.span = 'month' AND c.subject <> 'ceiling' AND c.subject NOT LIKE 'model:%' AND c.subject NOT LIKE 'tag:%' AND c.subject NOT LIKE 'end-user:%'
      OR c.period = period_of(c.span, clock_timestamp()) AND EXISTS (
        SELECT FROM budgets b WHERE b.workspace_id = of_workspace AND (b.subject = c.subject OR c.subject LIKE 'end-user:%' AND b.whose = 'end-users') AND b.span = c.span))
$$;
