-- Settles reservations that are stored in the database: trainings, and requests that outlived their time. Each
-- reservation that still exists becomes a ledger line. Answers how many.
CREATE OR REPLACE FUNCTION settle_usage(of_workspace uuid, outcomes jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  settled_at CONSTANT timestamptz := clock_timestamp();
  lines jsonb;
  touched jsonb;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true), pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  WITH given AS (
    SELECT DISTINCT ON (id) * FROM jsonb_to_recordset(outcomes) AS o (id uuid, status int, error_code text, prompt_tokens int,
      completion_tokens int, usage_source text, first_byte_ms int, total_ms int)
  ), gone AS (
    DELETE FROM usage_reservations r USING given g WHERE r.workspace_id = of_workspace AND r.id = g.id
    RETURNING r.workspace_id, r.id, (SELECT k.counted_as FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = r.key_id) AS counted_as,
      r.key_id, r.member_id, r.model, r.upstream_model, r.operation, r.is_streamed, r.input_price, r.output_price, r.at,
      CASE WHEN r.instance_id IS NULL THEN r.cost ELSE 0 END AS reserved, g.status, g.error_code, g.usage_source, g.first_byte_ms, g.total_ms,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.prompt_tokens ELSE coalesce(g.prompt_tokens, r.prompt_tokens) END AS prompt_tokens,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(g.completion_tokens, r.completion_tokens) END AS completion_tokens,
      CASE WHEN g.usage_source <> 'none' THEN r.classes END AS classes, r.class_prices, r.route, r.tags, r.end_user
  )
  SELECT jsonb_agg(gone) INTO lines FROM gone;
  IF lines IS NULL THEN
    RETURN 0;
  END IF;
  SELECT jsonb_agg(t || jsonb_build_object('reserved', l.reserved)) INTO touched
    FROM jsonb_to_recordset(lines) AS l (counted_as text, member_id uuid, model text, at timestamptz, reserved bigint)
    CROSS JOIN LATERAL jsonb_array_elements(training_counters(of_workspace, l.counted_as, l.member_id, l.model, l.at)) t WHERE l.reserved > 0;
  PERFORM write_usage(lines, coalesce(touched, '[]'), settled_at);
  UPDATE spend_counters c SET reserved = greatest(0, c.reserved - d.reserved)
    FROM (SELECT span, period, subject, sum(reserved) AS reserved
      FROM jsonb_to_recordset(touched) AS t (span text, period date, subject text, reserved bigint) GROUP BY 1, 2, 3) d
    WHERE c.workspace_id = of_workspace AND c.span = d.span AND c.period = d.period AND c.subject = d.subject;
  RETURN jsonb_array_length(lines);
END $$;
