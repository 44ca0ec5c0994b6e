-- A key that takes over from another goes on with what that has used of its limits: both count as the first of them.
ALTER TABLE "api_keys" ADD COLUMN "rotated_from" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "counted_as" text GENERATED ALWAYS AS ('key:' || coalesce(rotated_from, id)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
WITH RECURSIVE rotations AS (
  SELECT k.workspace_id, k.replaced_by AS id, k.id AS first FROM api_keys k
    WHERE k.replaced_by IS NOT NULL
      AND NOT EXISTS (SELECT FROM api_keys p WHERE p.workspace_id = k.workspace_id AND p.replaced_by = k.id)
  UNION ALL
  SELECT k.workspace_id, k.replaced_by, r.first FROM rotations r
    JOIN api_keys k ON k.workspace_id = r.workspace_id AND k.id = r.id WHERE k.replaced_by IS NOT NULL
)
UPDATE api_keys k SET rotated_from = r.first FROM rotations r WHERE k.workspace_id = r.workspace_id AND k.id = r.id;
--> statement-breakpoint
-- As they were, but for how a key counts, and in fewer statements: of the time of either most is spent on beginning them. What
-- limits a request is read at once, and taken from all its counters at once.
CREATE OR REPLACE FUNCTION reserve_usage(of_workspace uuid, request uuid, by_key text, by_member uuid, of_model text, at_upstream text,
  of_operation text, streamed boolean, prompt integer, completion integer, price_in bigint, price_out bigint, seconds integer)
  RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_month CONSTANT date := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')::date;
  amount CONSTANT bigint := usage_cost(prompt, completion, price_in, price_out);
  limits record;
  each record;
  filled double precision;
  taken text[] := '{}';
  used bigint;
  tightest jsonb := '{}';
  answer text;
BEGIN
  -- Nothing has been given away yet: should the server crash now, the request has failed as well. A training goes on for as
  -- long as the row says, which is written in the same transaction.
  PERFORM set_config('app.workspace_id', of_workspace::text, true),
    CASE WHEN of_operation <> 'fine-tuning' THEN set_config('synchronous_commit', 'off', true) END,
    pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  BEGIN
    SELECT w.monthly_limit AS workspace, m.monthly_limit AS member, k.monthly_limit AS key, k.counted_as, k.requests_per_minute,
        k.tokens_per_minute, EXISTS (SELECT FROM rate_limits r WHERE r.workspace_id = of_workspace AND r.model IN ('', of_model)) AS has_rates
      INTO limits FROM workspaces w
      LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = by_member
      LEFT JOIN api_keys k ON k.workspace_id = w.id AND k.id = by_key AND k.revoked_at IS NULL AND k.disabled_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
      WHERE w.id = of_workspace AND w.deleted_at IS NULL;
    IF NOT FOUND THEN
      PERFORM refuse_usage('key', 'workspace', 0, 0, 1);
    END IF;
    IF by_key IS NOT NULL AND limits.counted_as IS NULL THEN
      PERFORM refuse_usage('key', 'key', 0, 0, 1);
    END IF;

    IF of_operation <> 'fine-tuning' AND (limits.has_rates OR coalesce(limits.requests_per_minute, limits.tokens_per_minute) IS NOT NULL) THEN
      FOR each IN
        SELECT * FROM (
          SELECT 'requests' AS kind, 'key' AS whose, 'v1:requests:' || limits.counted_as AS bucket, limits.requests_per_minute AS at_most, 1 AS taken
          UNION ALL
          SELECT 'tokens', 'key', 'v1:tokens:' || limits.counted_as, limits.tokens_per_minute, prompt + completion
          UNION ALL
          SELECT kind, CASE r.model WHEN '' THEN 'workspace' ELSE 'model' END,
              'v1:' || kind || ':' || of_workspace || ':' || CASE r.model WHEN '' THEN '*' ELSE r.model END,
              CASE kind WHEN 'requests' THEN r.requests_per_minute ELSE r.tokens_per_minute END,
              CASE kind WHEN 'requests' THEN 1 ELSE prompt + completion END
            FROM rate_limits r CROSS JOIN (VALUES ('requests'), ('tokens')) kinds (kind)
            WHERE r.workspace_id = of_workspace AND r.model IN ('', of_model)
        ) buckets WHERE at_most IS NOT NULL ORDER BY bucket
      LOOP
        filled := take_per_minute(each.bucket, each.kind, each.whose, each.at_most, each.taken);
        IF tightest -> each.kind IS NULL OR (tightest -> each.kind ->> 'remaining')::int > each.at_most - filled THEN
          tightest := tightest || jsonb_build_object(each.kind, jsonb_build_object('limit', each.at_most,
            'remaining', greatest(0, floor(each.at_most - filled)::int), 'resetSeconds', ceil(filled * 60 / each.at_most)::int));
        END IF;
      END LOOP;
    END IF;

    -- All at once, in the order in which they are locked everywhere. A counter that refuses is locked as well, so what it is said
    -- to hold is what it refused for. One that is not there yet refuses nothing: that is what the comparison before it is for.
    IF coalesce(amount <= least(limits.key, limits.member, limits.workspace), true) THEN
      WITH counted AS (
        INSERT INTO spend_counters AS c (workspace_id, period, subject, reserved)
          SELECT of_workspace, this_month, s.subject, amount
          FROM (VALUES (limits.counted_as), ('member:' || by_member), ('workspace')) s (subject) WHERE s.subject IS NOT NULL ORDER BY s.subject
          ON CONFLICT (workspace_id, period, subject) DO UPDATE SET reserved = c.reserved + amount
          WHERE coalesce(c.spent + c.reserved + amount <= CASE left(c.subject, 1) WHEN 'k' THEN limits.key WHEN 'm' THEN limits.member
            ELSE limits.workspace END, true)
          RETURNING c.subject
      )
      SELECT array_agg(subject) INTO taken FROM counted;
    END IF;
    IF coalesce(cardinality(taken), 0) < 1 + (by_key IS NOT NULL)::int + (by_member IS NOT NULL)::int THEN
      FOR each IN
        SELECT * FROM (VALUES ('key', limits.counted_as, limits.key), ('member', 'member:' || by_member, limits.member),
          ('workspace', 'workspace', limits.workspace)) subjects (whose, subject, at_most)
        WHERE subject IS NOT NULL AND NOT subject = ANY (coalesce(taken, '{}')) ORDER BY subject
      LOOP
        SELECT c.spent + c.reserved INTO used FROM spend_counters c
          WHERE c.workspace_id = of_workspace AND c.period = this_month AND c.subject = each.subject;
        CONTINUE WHEN coalesce(coalesce(used, 0) + amount <= each.at_most, true);
        PERFORM refuse_usage('spend', each.whose, each.at_most, coalesce(used, 0),
          extract(epoch FROM (this_month + interval '1 month') AT TIME ZONE 'UTC' - clock_timestamp()));
      END LOOP;
      RAISE EXCEPTION 'a counter was not taken from, and none says why';
    END IF;

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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION derived_counters(of_workspace uuid) RETURNS SETOF spend_counters LANGUAGE sql STABLE AS $$
  SELECT of_workspace, period, subject, sum(spent)::bigint, sum(reserved)::bigint FROM (
    SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS period, s.subject, cost AS spent, 0::bigint AS reserved
      FROM usage_ledger l LEFT JOIN api_keys k ON k.workspace_id = l.workspace_id AND k.id = l.key_id
        CROSS JOIN LATERAL (VALUES (k.counted_as), ('member:' || member_id), ('workspace')) s (subject)
      WHERE l.workspace_id = of_workspace AND s.subject IS NOT NULL
    UNION ALL
    SELECT period, s.subject, 0, cost
      FROM usage_reservations r LEFT JOIN api_keys k ON k.workspace_id = r.workspace_id AND k.id = r.key_id
        CROSS JOIN LATERAL (VALUES (k.counted_as), ('member:' || member_id), ('workspace')) s (subject)
      WHERE r.workspace_id = of_workspace AND s.subject IS NOT NULL
  ) entries GROUP BY period, subject
$$;
--> statement-breakpoint
-- The counters of what was rotated before now.
DO $$
DECLARE
  of_workspace uuid;
BEGIN
  FOR of_workspace IN SELECT DISTINCT k.workspace_id FROM api_keys k WHERE k.rotated_from IS NOT NULL LOOP
    PERFORM rebuild_usage(of_workspace, true);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
