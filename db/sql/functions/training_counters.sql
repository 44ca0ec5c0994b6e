-- The counters in which a training that begins at this moment is reserved.
CREATE OR REPLACE FUNCTION training_counters(of_workspace uuid, counted_as text, by_member uuid, of_model text, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(jsonb_build_object('workspace_id', of_workspace, 'span', span, 'period', period_of(span, at), 'subject', subject)) FROM (
    SELECT 'month' AS span, s.subject FROM (VALUES (counted_as), ('member:' || by_member), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
    UNION
    SELECT b.span, b.subject FROM budgets b WHERE b.workspace_id = of_workspace
      AND b.subject IN (counted_as, 'member:' || by_member, 'workspace', 'model:' || of_model, 'ceiling')
  ) counters
$$;
