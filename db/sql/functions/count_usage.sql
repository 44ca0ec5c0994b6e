-- Adds what lines cost to every counter that is kept: the months of key, member and workspace always, whatever else has a budget. Locks
-- these and the counters that are `touched` (as `lease_changes` reads them), all in one order, which is that of bytes: comparing texts
-- as people read them costs more than all the rest.
CREATE OR REPLACE FUNCTION count_usage(lines jsonb, touched jsonb, at timestamptz) RETURNS void LANGUAGE sql AS $$
  SELECT begin_end_user_counters(lines, touched, at)
    WHERE lines ? 'end_user' OR jsonb_typeof(lines) = 'array' OR touched::text LIKE '%end-user:%';
  WITH l AS MATERIALIZED (
    SELECT o.*, CASE WHEN class_prices IS NULL THEN usage_cost(prompt_tokens, completion_tokens, input_price, output_price)
      ELSE line_cost(prompt_tokens, completion_tokens, input_price, output_price, classes, class_prices) END AS cost
    FROM usage_lines(lines) o
  ), kept AS MATERIALIZED (
    SELECT DISTINCT b.workspace_id, b.subject, b.span FROM budgets b WHERE b.workspace_id IN (SELECT workspace_id FROM l) AND b.whose NOT LIKE 'end-user%'
  )
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent)
    SELECT workspace_id, span, period, subject, sum(cost) FROM (
      SELECT l.workspace_id, 'month' AS span, period_of('month', at) AS period, s.subject, l.cost
        FROM l CROSS JOIN LATERAL (VALUES (l.counted_as), ('member:' || l.member_id), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
      UNION ALL
      SELECT l.workspace_id, kept.span, period_of(kept.span, at), kept.subject, l.cost FROM l JOIN kept ON kept.workspace_id = l.workspace_id
        AND (kept.subject IN (l.counted_as, 'member:' || l.member_id, 'workspace', 'model:' || l.model, 'ceiling')
          OR l.tags IS NOT NULL AND kept.subject LIKE 'tag:%' AND substr(kept.subject, 5) = ANY (l.tags))
      UNION ALL
      -- By whom, and not with all budgets: there may be one for each of many end users.
      SELECT l.workspace_id, b.span, period_of(b.span, at), 'end-user:' || l.end_user, l.cost FROM l
        CROSS JOIN LATERAL (SELECT DISTINCT e.span FROM budgets e WHERE e.workspace_id = l.workspace_id AND e.whose IN ('end-users', 'end-user:' || l.end_user)) b
        WHERE l.end_user IS NOT NULL
      UNION ALL
      SELECT t.workspace_id, t.span, t.period, t.subject, 0
        FROM lease_changes(touched) t
    ) changes GROUP BY 1, 2, 3, 4 ORDER BY workspace_id, span COLLATE "C", period, subject COLLATE "C"
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = c.spent + excluded.spent
$$;
