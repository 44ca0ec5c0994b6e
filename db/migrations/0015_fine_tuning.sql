-- Training costs money like a request, and is reserved and settled by the same functions: it takes from the limits on spend, and
-- from none a minute, since nobody waits for its tokens. How long it takes is no latency. What is not about that is as it was.
CREATE OR REPLACE FUNCTION reserve_usage(of_workspace uuid, request uuid, by_key text, by_member uuid, of_model text, at_upstream text,
  of_operation text, streamed boolean, prompt integer, completion integer, price_in bigint, price_out bigint, seconds integer)
  RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_month CONSTANT date := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date;
  amount CONSTANT bigint := usage_cost(prompt, completion, price_in, price_out);
  key_limits record;
  member_limit bigint;
  workspace_limit bigint;
  each record;
  filled double precision;
  counted record;
  tightest jsonb := '{}';
  answer text;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  -- Nothing has been given away yet: should the server crash now, the request has failed as well. A training goes on for as
  -- long as the row says, which is written in the same transaction.
  IF of_operation <> 'fine-tuning' THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
  PERFORM pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  BEGIN
    SELECT w.monthly_limit INTO workspace_limit FROM workspaces w WHERE w.id = of_workspace AND w.deleted_at IS NULL;
    IF NOT FOUND THEN
      PERFORM refuse_usage('key', 'workspace', 0, 0, 1);
    END IF;
    SELECT k.requests_per_minute, k.tokens_per_minute, k.monthly_limit INTO key_limits FROM api_keys k
      WHERE k.workspace_id = of_workspace AND k.id = by_key AND k.revoked_at IS NULL AND k.disabled_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp());
    IF by_key IS NOT NULL AND NOT FOUND THEN
      PERFORM refuse_usage('key', 'key', 0, 0, 1);
    END IF;
    SELECT m.monthly_limit INTO member_limit FROM memberships m WHERE m.workspace_id = of_workspace AND m.user_id = by_member;

    FOR each IN
      SELECT * FROM (
        SELECT 'requests' AS kind, 'key' AS whose, 'v1:requests:key:' || by_key AS bucket, key_limits.requests_per_minute AS at_most, 1 AS taken
        UNION ALL
        SELECT 'tokens', 'key', 'v1:tokens:key:' || by_key, key_limits.tokens_per_minute, prompt + completion
        UNION ALL
        SELECT kind, CASE r.model WHEN '' THEN 'workspace' ELSE 'model' END,
            'v1:' || kind || ':' || of_workspace || ':' || CASE r.model WHEN '' THEN '*' ELSE r.model END,
            CASE kind WHEN 'requests' THEN r.requests_per_minute ELSE r.tokens_per_minute END,
            CASE kind WHEN 'requests' THEN 1 ELSE prompt + completion END
          FROM rate_limits r CROSS JOIN (VALUES ('requests'), ('tokens')) kinds (kind)
          WHERE r.workspace_id = of_workspace AND r.model IN ('', of_model)
      ) limits WHERE at_most IS NOT NULL AND of_operation <> 'fine-tuning' ORDER BY bucket
    LOOP
      filled := take_per_minute(each.bucket, each.kind, each.whose, each.at_most, each.taken);
      IF tightest -> each.kind IS NULL OR (tightest -> each.kind ->> 'remaining')::int > each.at_most - filled THEN
        tightest := tightest || jsonb_build_object(each.kind, jsonb_build_object('limit', each.at_most,
          'remaining', greatest(0, floor(each.at_most - filled)::int), 'resetSeconds', ceil(filled * 60 / each.at_most)::int));
      END IF;
    END LOOP;

    FOR each IN
      SELECT * FROM (VALUES ('key', 'key:' || by_key, key_limits.monthly_limit), ('member', 'member:' || by_member, member_limit),
        ('workspace', 'workspace', workspace_limit)) subjects (whose, subject, at_most)
      WHERE subject IS NOT NULL ORDER BY subject
    LOOP
      IF amount > each.at_most THEN
        counted := NULL;
      ELSE
        INSERT INTO spend_counters AS c (workspace_id, period, subject, reserved) VALUES (of_workspace, this_month, each.subject, amount)
          ON CONFLICT (workspace_id, period, subject) DO UPDATE SET reserved = c.reserved + amount
          WHERE each.at_most IS NULL OR c.spent + c.reserved + amount <= each.at_most;
        CONTINUE WHEN FOUND;
      END IF;
      SELECT c.spent + c.reserved AS used INTO counted FROM spend_counters c
        WHERE c.workspace_id = of_workspace AND c.period = this_month AND c.subject = each.subject;
      PERFORM refuse_usage('spend', each.whose, each.at_most, coalesce(counted.used, 0),
        extract(epoch FROM (this_month + interval '1 month') AT TIME ZONE 'UTC' - clock_timestamp()));
    END LOOP;

    INSERT INTO usage_reservations (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed,
        prompt_tokens, completion_tokens, input_price, output_price, cost, period, expires_at)
      VALUES (of_workspace, request, by_key, by_member, of_model, at_upstream, of_operation, streamed,
        prompt, completion, price_in, price_out, amount, this_month, clock_timestamp() + make_interval(secs => seconds));
  EXCEPTION WHEN SQLSTATE 'AT429' THEN
    -- Whatever was taken before is back; only the answer is left.
    GET STACKED DIAGNOSTICS answer = PG_EXCEPTION_DETAIL;
    RETURN answer::jsonb;
  END;
  RETURN tightest || '{"isGranted": true}';
END $$;
--> statement-breakpoint
-- The same as before, but for the buckets of tokens and the latencies.
CREATE OR REPLACE FUNCTION settle_usage(of_workspace uuid, outcomes jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  settled_at CONSTANT timestamptz := clock_timestamp();
  this_month CONSTANT date := date_trunc('month', settled_at AT TIME ZONE 'UTC')::date;
  lines jsonb;
  lost record;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  PERFORM pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  WITH given AS (
    SELECT DISTINCT ON (id) * FROM jsonb_to_recordset(outcomes) AS o (id uuid, status int, error_code text, prompt_tokens int,
      completion_tokens int, usage_source text, first_byte_ms int, total_ms int)
  ), gone AS (
    DELETE FROM usage_reservations r USING given g WHERE r.workspace_id = of_workspace AND r.id = g.id
    RETURNING r.id, r.key_id, r.member_id, r.model, r.upstream_model, r.operation, r.is_streamed, r.input_price, r.output_price,
      r.period, r.cost AS reserved, r.prompt_tokens + r.completion_tokens AS reserved_tokens,
      g.status, g.error_code, g.usage_source, g.first_byte_ms, g.total_ms,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.prompt_tokens ELSE coalesce(g.prompt_tokens, r.prompt_tokens) END AS prompt_tokens,
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(g.completion_tokens, r.completion_tokens) END AS completion_tokens
  )
  SELECT jsonb_agg(to_jsonb(gone) || jsonb_build_object('cost', usage_cost(prompt_tokens, completion_tokens, input_price, output_price)))
    INTO lines FROM gone;
  -- A crash of the server takes the reservations of its last moments with it, but not the requests that are under way. What
  -- was settled before is in the ledger, and is passed over.
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
        SELECT lost.id, r.key_id, r.member_id, r.model, r.upstream_model, r.operation, r.is_streamed, r.input_price, r.output_price,
          lost.status, lost.error_code, lost.usage_source, lost.first_byte_ms, lost.total_ms,
          CASE lost.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.prompt_tokens ELSE coalesce(lost.prompt_tokens, r.prompt_tokens) END AS prompt_tokens,
          CASE lost.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(lost.completion_tokens, r.completion_tokens) END AS completion_tokens
        FROM jsonb_to_record(lost.reservation) AS r (key_id text, member_id uuid, model text, upstream_model text, operation text,
          is_streamed boolean, input_price bigint, output_price bigint, prompt_tokens int, completion_tokens int)
      ) line;
  END LOOP;
  IF lines IS NULL THEN
    RETURN 0;
  END IF;

  WITH differences AS (
    SELECT bucket, sum(l.prompt_tokens + l.completion_tokens - l.reserved_tokens) AS more
    FROM jsonb_to_recordset(lines) AS l (key_id text, model text, operation text, prompt_tokens int, completion_tokens int, reserved_tokens int)
    CROSS JOIN LATERAL (VALUES ('v1:tokens:key:' || l.key_id), ('v1:tokens:' || of_workspace || ':*'), ('v1:tokens:' || of_workspace || ':' || l.model)) buckets (bucket)
    WHERE l.operation <> 'fine-tuning' GROUP BY bucket
  ), held AS (
    SELECT b.key, d.more FROM rate_buckets b JOIN differences d ON d.bucket = b.key WHERE d.more <> 0 ORDER BY b.key FOR UPDATE OF b
  )
  UPDATE rate_buckets b SET level = greatest(0, b.level + held.more) FROM held WHERE b.key = held.key;

  -- At the turn of a month there may be no counter yet for what was reserved in the last one, and after a crash none at all.
  INSERT INTO spend_counters (workspace_id, period, subject)
    SELECT DISTINCT of_workspace, this_month, s.subject
    FROM jsonb_to_recordset(lines) AS l (key_id text, member_id uuid, period date, reserved_tokens int)
    CROSS JOIN LATERAL (VALUES ('key:' || l.key_id), ('member:' || l.member_id), ('workspace')) s (subject)
    WHERE s.subject IS NOT NULL AND (l.period <> this_month OR l.reserved_tokens = 0)
    ON CONFLICT DO NOTHING;
  WITH changes AS (
    SELECT m.period, s.subject, sum(m.spent) AS spent, sum(m.reserved) AS reserved
    FROM jsonb_to_recordset(lines) AS l (key_id text, member_id uuid, period date, cost bigint, reserved bigint)
    CROSS JOIN LATERAL (VALUES ('key:' || l.key_id), ('member:' || l.member_id), ('workspace')) s (subject)
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION derived_hours(of_workspace uuid) RETURNS SETOF usage_hourly LANGUAGE sql STABLE AS $$
  SELECT workspace_id, date_trunc('hour', at, 'UTC'), model, key_id, member_id, count(*)::int, (count(*) FILTER (WHERE status >= 400))::int,
    sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint, sum(cost)::bigint, latency_histogram(array_agg(total_ms) FILTER (WHERE operation <> 'fine-tuning'))
  FROM usage_ledger WHERE workspace_id = of_workspace GROUP BY 1, 2, 3, 4, 5
$$;
--> statement-breakpoint
-- A repetition has at most 255 in a regular expression here: as it was, no model could be kept.
ALTER TABLE "models" DROP CONSTRAINT IF EXISTS "models_id_form";
--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_id_form" CHECK ("models"."id" ~ '^[!-~]+$' and char_length("models"."id") <= 256);
