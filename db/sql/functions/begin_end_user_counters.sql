-- Inserts the missing counters of end users that these lines and leases need, each with what the end user has spent
-- in the span so far. They are made when needed and not with the limit, because there may be a million end users.
-- Every transaction that writes lines of an end user calls this first and in the same order, so that of two
-- simultaneous ones, one inserts the counter and the other adds to it.
CREATE OR REPLACE FUNCTION begin_end_user_counters(lines jsonb, touched jsonb, at timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH wanted AS (
    SELECT l.workspace_id, b.span, period_of(b.span, at) AS period, l.end_user
      FROM (SELECT DISTINCT workspace_id, end_user FROM usage_lines(lines) WHERE end_user IS NOT NULL) l
      JOIN budgets b ON b.workspace_id = l.workspace_id AND b.whose IN ('end-users', 'end-user:' || l.end_user)
    UNION
    SELECT t.workspace_id, t.span, t.period, substr(t.subject, 10)::uuid FROM lease_changes(touched) t WHERE t.subject LIKE 'end-user:%'
  )
  INSERT INTO spend_counters (workspace_id, span, period, subject, spent)
    SELECT w.workspace_id, w.span, w.period, 'end-user:' || w.end_user, end_user_spent(w.workspace_id, w.end_user, w.span, w.period)
    FROM wanted w
    WHERE NOT EXISTS (SELECT FROM spend_counters c WHERE c.workspace_id = w.workspace_id AND c.span = w.span AND c.period = w.period AND c.subject = 'end-user:' || w.end_user)
    ORDER BY w.workspace_id, w.span COLLATE "C", w.period, w.end_user
    ON CONFLICT DO NOTHING
$$;
