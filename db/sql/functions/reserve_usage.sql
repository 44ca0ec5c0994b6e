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
