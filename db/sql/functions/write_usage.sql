-- Writes lines into the ledger and adds them to its hours. A line belongs to the moment in which it is written.
CREATE OR REPLACE FUNCTION write_usage(lines jsonb, written_at timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH l AS MATERIALIZED (
    SELECT o.*, usage_cost(prompt_tokens, completion_tokens, input_price, output_price) AS cost
    FROM jsonb_to_recordset(lines) AS o (workspace_id uuid, id uuid, key_id text, member_id uuid, model text, upstream_model text,
      operation text, is_streamed boolean, status smallint, error_code text, prompt_tokens int, completion_tokens int,
      input_price bigint, output_price bigint, usage_source text, first_byte_ms int, total_ms int, model_server text, failover text)
  ), ledger AS (
    INSERT INTO usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms, model_server, failover)
      SELECT workspace_id, written_at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms, model_server, failover FROM l
  )
  INSERT INTO usage_hourly AS h (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
    SELECT workspace_id, date_trunc('hour', written_at, 'UTC'), model, key_id, member_id, count(*),
      count(*) FILTER (WHERE status >= 400), sum(prompt_tokens), sum(completion_tokens), sum(cost),
      latency_histogram(array_agg(total_ms) FILTER (WHERE operation <> 'fine-tuning'))
    FROM l GROUP BY workspace_id, model, key_id, member_id ORDER BY workspace_id, model, key_id, member_id
    ON CONFLICT (workspace_id, hour, model, key_id, member_id) DO UPDATE SET
      requests = h.requests + excluded.requests, errors = h.errors + excluded.errors,
      prompt_tokens = h.prompt_tokens + excluded.prompt_tokens, completion_tokens = h.completion_tokens + excluded.completion_tokens,
      cost = h.cost + excluded.cost,
      latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(h.latency, excluded.latency) WITH ORDINALITY AS both_counts (a, b, i))
$$;
