-- The same as before, but for the buckets of tokens and the latencies.
CREATE OR REPLACE FUNCTION settle_usage(of_workspace uuid, outcomes jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  settled_at CONSTANT timestamptz := clock_timestamp();
  this_month CONSTANT date := date_trunc('month', settled_at AT TIME ZONE 'UTC')::date;
  lines jsonb;
  lost record;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true), pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  WITH given AS (
    SELECT DISTINCT ON (id) * FROM jsonb_to_recordset(outcomes) AS o (id uuid, status int, error_code text, prompt_tokens int,
      completion_tokens int, usage_source text, first_byte_ms int, total_ms int)
  ), gone AS (
    DELETE FROM usage_reservations r USING given g WHERE r.workspace_id = of_workspace AND r.id = g.id
    RETURNING r.id, (SELECT k.counted_as FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = r.key_id) AS counted_as,
      r.key_id, r.member_id, r.model, r.upstream_model, r.operation, r.is_streamed, r.input_price, r.output_price,
      r.period, r.cost AS reserved, r.prompt_tokens + r.completion_tokens AS reserved_tokens,
      g.status, g.error_code, g.usage_source, g.first_byte_ms, g.total_ms,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.prompt_tokens ELSE coalesce(g.prompt_tokens, r.prompt_tokens) END AS prompt_tokens,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(g.completion_tokens, r.completion_tokens) END AS completion_tokens
  )
  SELECT jsonb_agg(to_jsonb(gone) || jsonb_build_object('cost', usage_cost(prompt_tokens, completion_tokens, input_price, output_price)))
    INTO lines FROM gone;
  -- A crash of the server takes the reservations of its last moments with it, but not the requests that are under way. What
  -- was settled before is in the ledger, and is passed over.
  IF coalesce(jsonb_array_length(lines), 0) < jsonb_array_length(outcomes) THEN
    FOR lost IN
      SELECT o.* FROM jsonb_to_recordset(outcomes) AS o (id uuid, status int, error_code text, prompt_tokens int, completion_tokens int,
          usage_source text, first_byte_ms int, total_ms int, reservation jsonb)
        WHERE o.reservation IS NOT NULL AND NOT EXISTS (SELECT FROM jsonb_to_recordset(lines) AS l (id uuid) WHERE l.id = o.id)
    LOOP
      PERFORM pg_advisory_xact_lock(hashtextextended('request ' || lost.id, 0));
      CONTINUE WHEN EXISTS (SELECT FROM usage_ledger l
        WHERE l.workspace_id = of_workspace AND l.at > settled_at - interval '1 day' AND l.id = lost.id);
      SELECT coalesce(lines, '[]') || jsonb_agg(to_jsonb(line) || jsonb_build_object('period', this_month, 'reserved', 0, 'reserved_tokens', 0,
          'cost', usage_cost(line.prompt_tokens, line.completion_tokens, line.input_price, line.output_price))) INTO lines
        FROM (
          SELECT lost.id, (SELECT k.counted_as FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = r.key_id) AS counted_as,
            r.key_id, r.member_id, r.model, r.upstream_model, r.operation, r.is_streamed, r.input_price, r.output_price,
            lost.status, lost.error_code, lost.usage_source, lost.first_byte_ms, lost.total_ms,
            CASE lost.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.prompt_tokens ELSE coalesce(lost.prompt_tokens, r.prompt_tokens) END AS prompt_tokens,
            CASE lost.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(lost.completion_tokens, r.completion_tokens) END AS completion_tokens
          FROM jsonb_to_record(lost.reservation) AS r (key_id text, member_id uuid, model text, upstream_model text, operation text,
            is_streamed boolean, input_price bigint, output_price bigint, prompt_tokens int, completion_tokens int)
        ) line;
    END LOOP;
  END IF;
  IF lines IS NULL THEN
    RETURN 0;
  END IF;

  WITH differences AS (
    SELECT bucket, sum(l.prompt_tokens + l.completion_tokens - l.reserved_tokens) AS more
    FROM jsonb_to_recordset(lines) AS l (counted_as text, model text, operation text, prompt_tokens int, completion_tokens int, reserved_tokens int)
    CROSS JOIN LATERAL (VALUES ('v1:tokens:' || l.counted_as), ('v1:tokens:' || of_workspace || ':*'), ('v1:tokens:' || of_workspace || ':' || l.model)) buckets (bucket)
    WHERE l.operation <> 'fine-tuning' GROUP BY bucket
  ), held AS (
    SELECT b.key, d.more FROM rate_buckets b JOIN differences d ON d.bucket = b.key WHERE d.more <> 0 ORDER BY b.key FOR UPDATE OF b
  )
  UPDATE rate_buckets b SET level = greatest(0, b.level + held.more) FROM held WHERE b.key = held.key;

  -- At the turn of a month there may be no counter yet for what was reserved in the last one, and after a crash none at all.
  IF EXISTS (SELECT FROM jsonb_to_recordset(lines) AS l (period date, reserved_tokens int) WHERE l.period <> this_month OR l.reserved_tokens = 0) THEN
    INSERT INTO spend_counters (workspace_id, period, subject)
      SELECT DISTINCT of_workspace, this_month, s.subject
      FROM jsonb_to_recordset(lines) AS l (counted_as text, member_id uuid, period date, reserved_tokens int)
      CROSS JOIN LATERAL (VALUES (l.counted_as), ('member:' || l.member_id), ('workspace')) s (subject)
      WHERE s.subject IS NOT NULL AND (l.period <> this_month OR l.reserved_tokens = 0)
      ON CONFLICT DO NOTHING;
  END IF;
  WITH changes AS (
    SELECT m.period, s.subject, sum(m.spent) AS spent, sum(m.reserved) AS reserved
    FROM jsonb_to_recordset(lines) AS l (counted_as text, member_id uuid, period date, cost bigint, reserved bigint)
    CROSS JOIN LATERAL (VALUES (l.counted_as), ('member:' || l.member_id), ('workspace')) s (subject)
    CROSS JOIN LATERAL (VALUES (l.period, 0::bigint, l.reserved), (this_month, l.cost, 0::bigint)) m (period, spent, reserved)
    WHERE s.subject IS NOT NULL GROUP BY m.period, s.subject
  ), held AS (
    SELECT c.period, c.subject FROM spend_counters c JOIN changes USING (period, subject)
    WHERE c.workspace_id = of_workspace ORDER BY c.period, c.subject FOR UPDATE OF c
  )
  UPDATE spend_counters c SET spent = c.spent + changes.spent, reserved = c.reserved - changes.reserved
    FROM held JOIN changes USING (period, subject)
    WHERE c.workspace_id = of_workspace AND c.period = held.period AND c.subject = held.subject;

  INSERT INTO usage_hourly AS h (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency)
    SELECT of_workspace, date_trunc('hour', settled_at, 'UTC'), l.model, l.key_id, l.member_id, count(*),
      count(*) FILTER (WHERE l.status >= 400), sum(l.prompt_tokens), sum(l.completion_tokens), sum(l.cost),
      latency_histogram(array_agg(l.total_ms) FILTER (WHERE l.operation <> 'fine-tuning'))
    FROM jsonb_to_recordset(lines) AS l (model text, key_id text, member_id uuid, operation text, status int, prompt_tokens int, completion_tokens int, cost bigint, total_ms int)
    GROUP BY l.model, l.key_id, l.member_id ORDER BY l.model, l.key_id, l.member_id
    ON CONFLICT (workspace_id, hour, model, key_id, member_id) DO UPDATE SET
      requests = h.requests + excluded.requests, errors = h.errors + excluded.errors,
      prompt_tokens = h.prompt_tokens + excluded.prompt_tokens, completion_tokens = h.completion_tokens + excluded.completion_tokens,
      cost = h.cost + excluded.cost,
      latency = (SELECT array_agg(a + b ORDER BY i) FROM unnest(h.latency, excluded.latency) WITH ORDINALITY AS both_counts (a, b, i));

  INSERT INTO usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
      prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms)
    SELECT of_workspace, settled_at, l.id, l.key_id, l.member_id, l.model, l.upstream_model, l.operation, l.is_streamed, l.status, l.error_code,
      l.prompt_tokens, l.completion_tokens, l.input_price, l.output_price, l.cost, l.usage_source, l.first_byte_ms, l.total_ms
    FROM jsonb_to_recordset(lines) AS l (id uuid, key_id text, member_id uuid, model text, upstream_model text, operation text,
      is_streamed boolean, status smallint, error_code text, prompt_tokens int, completion_tokens int, input_price bigint,
      output_price bigint, cost bigint, usage_source text, first_byte_ms int, total_ms int);
  RETURN jsonb_array_length(lines);
END $$;
