-- The spans in which this end user has a limit of its own instead of the common one; null: none.
CREATE OR REPLACE FUNCTION end_user_spans(of_workspace uuid, of_end_user uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(b.span) FROM budgets b WHERE b.workspace_id = of_workspace AND b.whose = 'end-user:' || of_end_user
$$;
