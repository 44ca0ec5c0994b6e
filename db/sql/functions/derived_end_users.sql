-- The rows of end_user_usage that a workspace must have according to the ledger.
CREATE OR REPLACE FUNCTION derived_end_users(of_workspace uuid) RETURNS SETOF end_user_usage LANGUAGE sql STABLE AS $$
  SELECT workspace_id, end_user, s.span, period_of(s.span, at), count(*)::int, (count(*) FILTER (WHERE status >= 400))::int,
    sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint, sum(cost)::bigint
  FROM usage_ledger CROSS JOIN (VALUES ('day'), ('month')) s (span)
  WHERE workspace_id = of_workspace AND end_user IS NOT NULL GROUP BY 1, 2, 3, 4
$$;
