-- Takes everything that an instance has to tell about usage, and answers it, in one statement and one transaction:
-- `lines` of requests that ended (usage_lines), `leases` (lease_changes) and `buckets` that it keeps or wants to
-- increase, and the requests that have `begun`. Exchanges are numbered: a repeated one gets the same answer and
-- changes nothing. Null: the database has ended this instance.
CREATE OR REPLACE FUNCTION exchange_usage(of_instance uuid, turn bigint, workspaces text, lines jsonb, leases jsonb, buckets jsonb, begun jsonb, leaves boolean)
  RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_moment CONSTANT timestamptz := clock_timestamp();
  instance usage_instances;
  answer jsonb;
BEGIN
  -- Without lines and begun requests the commit need not be durable: leases that were not used may be lost in a
  -- crash. Every row is found by its key; plans that were made while the tables were small would read whole tables
  -- for each row. The subqueries in the policies do not prevent that, they only avoid reading the batch's workspaces
  -- for each row.
  PERFORM set_config('app.workspace_ids', workspaces, true), set_config('enable_seqscan', 'off', true), set_config('app.batch', 'limits', true),
    CASE WHEN lines IS NULL AND begun IS NULL THEN set_config('synchronous_commit', 'off', true) END;
  IF turn = 1 THEN
    INSERT INTO usage_instances (id) VALUES (of_instance) ON CONFLICT DO NOTHING;
  END IF;
  SELECT * INTO instance FROM usage_instances i WHERE i.id = of_instance FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF instance.last_turn = turn THEN
    RETURN instance.last_answer;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(usage_lock(w::uuid)) FROM (SELECT w FROM string_to_table(workspaces, ',') w WHERE w <> '' ORDER BY w) ordered;
  IF lines ? 'is_known' OR jsonb_typeof(lines) = 'array' THEN
    DELETE FROM usage_reservations r USING usage_lines(lines) l
      WHERE l.is_known AND r.workspace_id = l.workspace_id AND r.id = l.id;
  END IF;
  -- An instance that was ended does not know which of these lines were written, or charged as lost.
  IF lines ? 'is_doubtful' OR jsonb_typeof(lines) = 'array' THEN
    SELECT jsonb_agg(l) INTO lines FROM usage_lines(lines) l
      WHERE NOT (l.is_doubtful AND EXISTS (SELECT FROM usage_ledger g WHERE g.workspace_id = l.workspace_id
        AND g.at > this_moment - interval '1 day' AND g.id = l.id
        -- A lost line of a batch was not charged. An instance of the release before does not state the batch.
        AND NOT ((l.batch_id IS NOT NULL OR l.operation LIKE 'batch-%') AND g.error_code = 'lost' AND g.usage_source = 'none')));
  END IF;
  IF lines ? 'batch_id' OR jsonb_typeof(lines) = 'array' THEN
    lines := charge_batch_lines(lines, this_moment);
  END IF;
  IF lines IS NOT NULL THEN
    PERFORM write_usage(lines, coalesce(leases, '{}'), this_moment);
  ELSIF leases IS NOT NULL THEN
    PERFORM lock_counters(leases, this_moment);
  END IF;
  answer := jsonb_build_object('now', extract(epoch FROM this_moment) * 1000,
    'leases', CASE WHEN leases IS NOT NULL THEN change_leases(of_instance, leases, this_moment) END,
    'buckets', CASE WHEN buckets IS NOT NULL THEN change_buckets(buckets, this_moment) END);
  IF begun IS NOT NULL THEN
    INSERT INTO usage_reservations (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed, prompt_tokens,
        completion_tokens, input_price, output_price, cost, period, at, expires_at, instance_id, classes, class_prices, route, tags, end_user)
      SELECT b.workspace_id, b.id, b.key_id, b.member_id, b.model, b.upstream_model, b.operation, b.is_streamed, b.prompt_tokens,
        b.completion_tokens, b.input_price, b.output_price, CASE WHEN b.class_prices IS NULL
          THEN usage_cost(b.prompt_tokens, b.completion_tokens, b.input_price, b.output_price)
          ELSE line_cost(b.prompt_tokens, b.completion_tokens, b.input_price, b.output_price, b.classes, b.class_prices) END,
        period_of('month', this_moment), this_moment - make_interval(secs => b.age_ms / 1000.0),
        this_moment + make_interval(secs => b.seconds), of_instance, b.classes, b.class_prices, b.route, b.tags::text[], b.end_user
      FROM jsonb_to_recordset(begun) AS b (workspace_id uuid, id uuid, key_id text, member_id uuid, model text, upstream_model text,
        operation text, is_streamed boolean, prompt_tokens int, completion_tokens int, input_price bigint, output_price bigint, age_ms double precision, seconds int,
        classes jsonb, class_prices jsonb, route text, tags text, end_user uuid)
      -- A request that a route passes on to another model is charged for that model.
      ON CONFLICT (workspace_id, id) DO UPDATE SET model = excluded.model, upstream_model = excluded.upstream_model,
        prompt_tokens = excluded.prompt_tokens, completion_tokens = excluded.completion_tokens, input_price = excluded.input_price,
        output_price = excluded.output_price, cost = excluded.cost, classes = excluded.classes, class_prices = excluded.class_prices
      WHERE usage_reservations.instance_id = excluded.instance_id;
  END IF;
  IF leaves THEN
    DELETE FROM usage_instances i WHERE i.id = of_instance;
  ELSE
    UPDATE usage_instances i SET last_turn = turn, last_answer = answer, beat_at = clock_timestamp() WHERE i.id = of_instance;
  END IF;
  RETURN answer;
END $$;
