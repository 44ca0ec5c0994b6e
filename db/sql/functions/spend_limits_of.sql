-- What several budgets allow now, given by workspace, `whose` and span, in their order; null: no limit (any more).
-- Reads only rows that the caller may see.
CREATE OR REPLACE FUNCTION spend_limits_of(of_workspaces uuid[], of_whose text[], of_spans text[]) RETURNS TABLE (place bigint, at_most bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT a.place, CASE WHEN EXISTS (SELECT FROM limit_raises r WHERE r.workspace_id = a.workspace_id AND r.whose = b.whose AND r.span = a.span)
      THEN raised_limit(a.workspace_id, b.whose, a.span, b.amount) ELSE b.amount END
    FROM unnest(of_workspaces, of_whose, of_spans) WITH ORDINALITY a (workspace_id, whose, span, place)
    -- Each row is found by its key, whatever the planner assumes about the size of the table.
    LEFT JOIN LATERAL (
      (SELECT a.whose, w.monthly_limit AS amount FROM workspaces w WHERE a.span = 'month' AND a.whose = 'workspace' AND w.id = a.workspace_id)
      UNION ALL (SELECT a.whose, m.monthly_limit FROM memberships m WHERE a.span = 'month' AND a.whose LIKE 'member:%'
        AND m.workspace_id = a.workspace_id AND m.user_id = substr(a.whose, 8)::uuid)
      UNION ALL (SELECT a.whose, k.monthly_limit FROM api_keys k WHERE a.span = 'month' AND a.whose LIKE 'key:%'
        AND k.workspace_id = a.workspace_id AND k.id = substr(a.whose, 5))
      UNION ALL (SELECT a.whose, b.amount FROM budgets b WHERE (a.span <> 'month' OR a.whose = 'ceiling' OR a.whose LIKE 'model:%' OR a.whose LIKE 'tag:%')
        AND a.whose NOT LIKE 'end-user:%' AND b.workspace_id = a.workspace_id AND b.whose = a.whose AND b.span = a.span)
      -- The end user's own limit, otherwise the common one.
      UNION ALL (SELECT b.whose, b.amount FROM budgets b WHERE a.whose LIKE 'end-user:%'
        AND b.workspace_id = a.workspace_id AND b.whose IN (a.whose, 'end-users') AND b.span = a.span ORDER BY b.whose = 'end-users' LIMIT 1)
      LIMIT 1
    ) b ON true;
END $$;
