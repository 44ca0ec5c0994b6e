-- Writes lines into the ledger and adds them to the hours, to every stored counter (always those of the month for
-- key, member and workspace, and those of each budget), and to the usage by end user. All lines get the same moment.
-- Each class has its amount and, if it has its own price, that price. The counters of `touched` (as lease_changes
-- reads them) are locked together with those of the lines, in byte order, because comparing texts in the order of a
-- language costs more than all the rest. It is one statement, because reading the lines a second time would cost a
-- tenth of the whole.
CREATE OR REPLACE FUNCTION write_usage(lines jsonb, touched jsonb, written_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF lines ? 'end_user' OR jsonb_typeof(lines) = 'array' OR jsonb_typeof(touched) = 'array' OR touched ->> 'subject' LIKE '%end-user:%' THEN
    PERFORM begin_end_user_counters(lines, touched, written_at);
  END IF;
  WITH l AS MATERIALIZED (
    SELECT o.*, CASE WHEN class_prices IS NULL THEN usage_cost(prompt_tokens, completion_tokens, input_price, output_price)
      ELSE line_cost(prompt_tokens, completion_tokens, input_price, output_price, classes, class_prices) END AS cost,
      coalesce((classes ->> 'cacheRead')::int, 0) AS cache_read_tokens, coalesce((classes ->> 'cacheWrite')::int, 0) AS cache_write_tokens, coalesce((classes ->> 'audioInput')::int, 0) AS audio_input_tokens,
      coalesce((classes ->> 'imageInput')::int, 0) AS image_input_tokens, coalesce((classes ->> 'reasoning')::int, 0) AS reasoning_tokens, coalesce((classes ->> 'audioOutput')::int, 0) AS audio_output_tokens,
      coalesce((classes ->> 'second')::int, 0) AS seconds, coalesce((classes ->> 'image')::int, 0) AS images, coalesce((classes ->> 'page')::int, 0) AS pages,
      coalesce((classes ->> 'character')::int, 0) AS characters, CASE WHEN operation <> 'fine-tuning' THEN latency_bucket(total_ms) END AS bucket
    FROM usage_lines(lines) o
  ), sums AS MATERIALIZED (
    -- Amounts that are counted together, whatever the budgets are.
    SELECT workspace_id, counted_as, member_id, model, tags, sum(cost) AS cost FROM l GROUP BY workspace_id, counted_as, member_id, model, tags
  ), kept AS MATERIALIZED (
    SELECT DISTINCT b.workspace_id, b.subject, b.span FROM budgets b WHERE b.workspace_id IN (SELECT workspace_id FROM l) AND b.whose NOT LIKE 'end-user%'
  ), counted AS (
    INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent)
      SELECT workspace_id, span, period, subject, sum(cost) FROM (
        SELECT s.workspace_id, 'month' AS span, period_of('month', written_at) AS period, w.subject, s.cost
          FROM sums s CROSS JOIN LATERAL (VALUES (s.counted_as), ('member:' || s.member_id), ('workspace')) w (subject) WHERE w.subject IS NOT NULL
        UNION ALL
        SELECT s.workspace_id, kept.span, period_of(kept.span, written_at), kept.subject, s.cost FROM sums s JOIN kept ON kept.workspace_id = s.workspace_id
          AND (kept.subject IN (s.counted_as, 'member:' || s.member_id, 'workspace', 'model:' || s.model, 'ceiling')
            OR s.tags IS NOT NULL AND kept.subject LIKE 'tag:%' AND substr(kept.subject, 5) = ANY (s.tags))
        UNION ALL
        -- Looked up by end user and not joined with all budgets: many end users may each have one.
        SELECT l.workspace_id, b.span, period_of(b.span, written_at), 'end-user:' || l.end_user, l.cost FROM l
          CROSS JOIN LATERAL (SELECT DISTINCT e.span FROM budgets e WHERE e.workspace_id = l.workspace_id AND e.whose IN ('end-users', 'end-user:' || l.end_user)) b
          WHERE l.end_user IS NOT NULL
        UNION ALL
        SELECT t.workspace_id, t.span, t.period, t.subject, 0
          FROM lease_changes(touched) t
      ) changes GROUP BY 1, 2, 3, 4 ORDER BY workspace_id, span COLLATE "C", period, subject COLLATE "C"
      ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = c.spent + excluded.spent
  ), ledger AS (
    INSERT INTO usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms, model_server, failover,
        cache_read_tokens, cache_write_tokens, audio_input_tokens, image_input_tokens, reasoning_tokens, audio_output_tokens, seconds, images, pages, characters, class_prices, route, tags, end_user)
      SELECT workspace_id, written_at, id, key_id, member_id, model, upstream_model, operation, coalesce(is_streamed, false), status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms, model_server, failover,
        cache_read_tokens, cache_write_tokens, audio_input_tokens, image_input_tokens, reasoning_tokens, audio_output_tokens, seconds, images, pages, characters, class_prices, route, tags, end_user FROM l
  ), by_end_user AS (
    INSERT INTO end_user_usage AS u (workspace_id, end_user, span, period, requests, errors, prompt_tokens, completion_tokens, cost)
      SELECT workspace_id, end_user, s.span, period_of(s.span, written_at), count(*), count(*) FILTER (WHERE status >= 400),
        sum(prompt_tokens), sum(completion_tokens), sum(cost)
      FROM l CROSS JOIN (VALUES ('day'), ('month')) s (span) WHERE end_user IS NOT NULL
      GROUP BY workspace_id, end_user, s.span ORDER BY workspace_id, end_user, s.span
      ON CONFLICT (workspace_id, end_user, span, period) DO UPDATE SET requests = u.requests + excluded.requests, errors = u.errors + excluded.errors,
        prompt_tokens = u.prompt_tokens + excluded.prompt_tokens, completion_tokens = u.completion_tokens + excluded.completion_tokens,
        cost = u.cost + excluded.cost
  )
  INSERT INTO usage_hourly AS h (workspace_id, hour, model, key_id, member_id, requests, errors, prompt_tokens, completion_tokens, cost, latency,
      cache_read_tokens, cache_write_tokens, audio_input_tokens, image_input_tokens, reasoning_tokens, audio_output_tokens, seconds, images, pages, characters, route, tags, operation)
    SELECT workspace_id, date_trunc('hour', written_at, 'UTC'), model, key_id, member_id, count(*),
      count(*) FILTER (WHERE status >= 400), sum(prompt_tokens), sum(completion_tokens), sum(cost),
      ARRAY[count(*) FILTER (WHERE bucket = 1), count(*) FILTER (WHERE bucket = 2), count(*) FILTER (WHERE bucket = 3), count(*) FILTER (WHERE bucket = 4),
        count(*) FILTER (WHERE bucket = 5), count(*) FILTER (WHERE bucket = 6), count(*) FILTER (WHERE bucket = 7), count(*) FILTER (WHERE bucket = 8),
        count(*) FILTER (WHERE bucket = 9), count(*) FILTER (WHERE bucket = 10), count(*) FILTER (WHERE bucket = 11), count(*) FILTER (WHERE bucket = 12),
        count(*) FILTER (WHERE bucket = 13), count(*) FILTER (WHERE bucket = 14), count(*) FILTER (WHERE bucket = 15), count(*) FILTER (WHERE bucket = 16),
        count(*) FILTER (WHERE bucket = 17), count(*) FILTER (WHERE bucket = 18), count(*) FILTER (WHERE bucket = 19), count(*) FILTER (WHERE bucket = 20),
        count(*) FILTER (WHERE bucket = 21), count(*) FILTER (WHERE bucket = 22), count(*) FILTER (WHERE bucket = 23), count(*) FILTER (WHERE bucket = 24),
        count(*) FILTER (WHERE bucket = 25), count(*) FILTER (WHERE bucket = 26), count(*) FILTER (WHERE bucket = 27), count(*) FILTER (WHERE bucket = 28),
        count(*) FILTER (WHERE bucket = 29), count(*) FILTER (WHERE bucket = 30), count(*) FILTER (WHERE bucket = 31), count(*) FILTER (WHERE bucket = 32)]::int[],
      sum(cache_read_tokens), sum(cache_write_tokens), sum(audio_input_tokens), sum(image_input_tokens), sum(reasoning_tokens), sum(audio_output_tokens), sum(seconds), sum(images), sum(pages), sum(characters), route, tags, operation
    FROM l GROUP BY workspace_id, model, key_id, member_id, route, tags, operation
    ORDER BY workspace_id, model COLLATE "C", key_id COLLATE "C", member_id, route COLLATE "C", tags COLLATE "C", operation COLLATE "C"
    ON CONFLICT (workspace_id, hour, model, key_id, member_id, route, tags, operation) DO UPDATE SET
      requests = h.requests + excluded.requests, errors = h.errors + excluded.errors,
      prompt_tokens = h.prompt_tokens + excluded.prompt_tokens, completion_tokens = h.completion_tokens + excluded.completion_tokens,
      cost = h.cost + excluded.cost,
      cache_read_tokens = h.cache_read_tokens + excluded.cache_read_tokens, cache_write_tokens = h.cache_write_tokens + excluded.cache_write_tokens,
      audio_input_tokens = h.audio_input_tokens + excluded.audio_input_tokens, image_input_tokens = h.image_input_tokens + excluded.image_input_tokens,
      reasoning_tokens = h.reasoning_tokens + excluded.reasoning_tokens, audio_output_tokens = h.audio_output_tokens + excluded.audio_output_tokens,
      seconds = h.seconds + excluded.seconds, images = h.images + excluded.images,
      pages = h.pages + excluded.pages, characters = h.characters + excluded.characters,
      latency = sum_of_latencies(h.latency, excluded.latency);
END $$;
