-- Makes sure that a line of a batch is charged once: the first of its requests that is written is charged. A later
-- request, which was sent because the first answer was lost, is written with a cost of zero. Returns the lines in the
-- form in which to write them at this moment.
CREATE OR REPLACE FUNCTION charge_batch_lines(lines jsonb, written_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  again uuid[];
BEGIN
  WITH l AS MATERIALIZED (
    SELECT o.*, CASE WHEN class_prices IS NULL THEN usage_cost(prompt_tokens, completion_tokens, input_price, output_price)
      ELSE line_cost(prompt_tokens, completion_tokens, input_price, output_price, classes, class_prices) END AS cost
    FROM usage_lines(lines) o WHERE batch_id IS NOT NULL AND usage_source <> 'none'
  ), charged AS (
    -- In a fixed order, so that two instances with the same lines wait for each other instead of deadlocking.
    INSERT INTO batch_charges (workspace_id, batch_id, line, request_id, at, prompt_tokens, completion_tokens, cost)
      SELECT workspace_id, batch_id, batch_line, id, written_at, prompt_tokens, completion_tokens, cost
      FROM l ORDER BY workspace_id, batch_id, batch_line
      ON CONFLICT (workspace_id, batch_id, line) DO NOTHING RETURNING workspace_id, request_id
  )
  SELECT array_agg(l.id) INTO again FROM l LEFT JOIN charged c ON c.workspace_id = l.workspace_id AND c.request_id = l.id WHERE c.request_id IS NULL;
  IF again IS NULL THEN
    RETURN lines;
  END IF;
  RETURN (SELECT jsonb_agg(CASE WHEN l.id = ANY (again) THEN to_jsonb(l) || jsonb_build_object('prompt_tokens', 0, 'completion_tokens', 0,
    'classes', NULL, 'class_prices', NULL, 'usage_source', 'none', 'error_code', 'charged_before') ELSE to_jsonb(l) END) FROM usage_lines(lines) l);
END $$;
