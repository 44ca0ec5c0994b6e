-- Reserves the highest possible cost of a training from every spending limit that applies to it, or from none.
CREATE OR REPLACE FUNCTION reserve_training(of_workspace uuid, training uuid, by_key text, by_member uuid, of_model text, at_upstream text, tokens integer,
  price bigint, seconds integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_moment CONSTANT timestamptz := clock_timestamp();
  amount CONSTANT bigint := usage_cost(tokens, 0, price, 0);
  limits jsonb;
  touched jsonb;
  each record;
BEGIN
  limits := usage_limits(of_workspace, by_key, by_member);
  IF limits IS NULL THEN
    RETURN '{"isGranted": false, "reason": "key", "scope": "key", "span": "month", "limit": 0, "used": 0, "isUnderWay": false, "retryAfterSeconds": 1}';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  touched := training_counters(of_workspace, limits ->> 'countedAs', by_member, of_model, this_moment);
  PERFORM lock_counters(touched, this_moment);
  FOR each IN
    SELECT b.whose, b.span, b."limit" AS at_most, c.spent, c.reserved + (SELECT coalesce(sum(o.amount), 0) FROM usage_leases o
        WHERE o.workspace_id = of_workspace AND o.subject = b.subject AND o.span = b.span AND o.period < c.period) AS reserved, c.period
    FROM jsonb_to_recordset(nullif(limits -> 'budgets', 'null')) AS b (whose text, subject text, span text, "limit" bigint)
    JOIN spend_counters c ON c.workspace_id = of_workspace AND c.span = b.span AND c.period = period_of(b.span, this_moment) AND c.subject = b.subject
    WHERE b.whose NOT LIKE 'tag:%' AND b.whose NOT LIKE 'end-user%' AND (b.whose NOT LIKE 'model:%' OR b.whose = 'model:' || of_model) ORDER BY b.whose, b.span
  LOOP
    CONTINUE WHEN amount = 0 OR each.spent + each.reserved + amount <= each.at_most;
    RETURN jsonb_build_object('isGranted', false, 'slug', limits ->> 'slug', 'whose', each.whose, 'reason', 'spend', 'scope', split_part(each.whose, ':', 1), 'span', each.span, 'limit', each.at_most,
      'used', each.spent + each.reserved, 'isUnderWay', each.spent + amount <= each.at_most,
      'retryAfterSeconds', CASE WHEN each.spent + amount <= each.at_most THEN 60
        ELSE greatest(1, coalesce(ceil(extract(epoch FROM period_end(each.span, each.period) - this_moment)), 31536000)::int) END);
  END LOOP;
  UPDATE spend_counters c SET reserved = c.reserved + amount
    FROM jsonb_to_recordset(touched) AS t (workspace_id uuid, span text, period date, subject text)
    WHERE c.workspace_id = t.workspace_id AND c.span = t.span AND c.period = t.period AND c.subject = t.subject;
  INSERT INTO usage_reservations (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed,
      prompt_tokens, completion_tokens, input_price, output_price, cost, period, at, expires_at)
    VALUES (of_workspace, training, by_key, by_member, of_model, at_upstream, 'fine-tuning', false, tokens, 0, price, 0, amount,
      period_of('month', this_moment), this_moment, this_moment + make_interval(secs => seconds));
  RETURN '{"isGranted": true}';
END $$;
