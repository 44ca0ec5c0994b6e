-- The values that the counters of a workspace must have according to the ledger, the leases and the reservations: the
-- counters of every month, and those of budgets for their present period.
CREATE OR REPLACE FUNCTION derived_counters(of_workspace uuid) RETURNS TABLE (workspace_id uuid, span text, period date, subject text, spent bigint, reserved bigint)
  LANGUAGE sql STABLE AS $$
  WITH entries AS (
    SELECT l.at, k.counted_as, l.member_id, l.model, l.tags, l.end_user, l.cost AS spent, 0::bigint AS reserved
      FROM usage_ledger l LEFT JOIN api_keys k ON k.workspace_id = l.workspace_id AND k.id = l.key_id WHERE l.workspace_id = of_workspace
    UNION ALL
    SELECT r.at, k.counted_as, r.member_id, r.model, r.tags, r.end_user, 0, r.cost
      FROM usage_reservations r LEFT JOIN api_keys k ON k.workspace_id = r.workspace_id AND k.id = r.key_id
      WHERE r.workspace_id = of_workspace AND r.instance_id IS NULL
  ), kept AS (
    SELECT DISTINCT b.span, b.subject FROM budgets b WHERE b.workspace_id = of_workspace AND b.whose NOT LIKE 'end-user%'
  ), of_end_users AS (
    -- Only existing counters of end users; the others are inserted when they are needed.
    SELECT c.span, c.period, c.subject FROM spend_counters c WHERE c.workspace_id = of_workspace AND c.subject LIKE 'end-user:%'
      AND c.period = period_of(c.span, clock_timestamp())
      AND EXISTS (SELECT FROM budgets b WHERE b.workspace_id = of_workspace AND b.whose IN ('end-users', c.subject) AND b.span = c.span)
  )
  SELECT of_workspace, span, period, subject, sum(spent)::bigint, sum(reserved)::bigint FROM (
    SELECT 'month' AS span, period_of('month', e.at) AS period, s.subject, e.spent, e.reserved
      FROM entries e CROSS JOIN LATERAL (VALUES (e.counted_as), ('member:' || e.member_id), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
    UNION ALL
    SELECT kept.span, period_of(kept.span, clock_timestamp()), kept.subject, e.spent, e.reserved
      FROM kept JOIN entries e ON (kept.subject IN (e.counted_as, 'member:' || e.member_id, 'workspace', 'model:' || e.model, 'ceiling')
        OR kept.subject LIKE 'tag:%' AND substr(kept.subject, 5) = ANY (e.tags))
        AND period_of(kept.span, e.at) = period_of(kept.span, clock_timestamp())
    UNION ALL
    SELECT l.span, l.period, l.subject, 0, l.amount FROM usage_leases l WHERE l.workspace_id = of_workspace AND l.subject <> 'ceiling'
      AND l.span = 'month' AND l.subject NOT LIKE 'model:%' AND l.subject NOT LIKE 'tag:%' AND l.subject NOT LIKE 'end-user:%'
    UNION ALL
    SELECT l.span, l.period, l.subject, 0, l.amount FROM usage_leases l JOIN kept USING (span, subject)
      WHERE l.workspace_id = of_workspace AND l.period = period_of(l.span, clock_timestamp())
    UNION ALL
    SELECT u.span, u.period, u.subject, coalesce(e.spent, 0), 0 FROM of_end_users u
      LEFT JOIN entries e ON 'end-user:' || e.end_user = u.subject AND period_of(u.span, e.at) = u.period
    UNION ALL
    SELECT l.span, l.period, l.subject, 0, l.amount FROM usage_leases l JOIN of_end_users USING (span, period, subject) WHERE l.workspace_id = of_workspace
  ) all_entries GROUP BY 2, 3, 4
$$;
