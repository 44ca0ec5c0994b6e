-- What instances may still give away, what limits there are beside those of a month, and who is running.
CREATE TABLE "usage_instances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"last_turn" bigint DEFAULT 0 NOT NULL,
	"last_answer" jsonb,
	"beat_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_leases" (
	"workspace_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"span" text NOT NULL,
	"period" date NOT NULL,
	"whose" text NOT NULL,
	"instance_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "usage_leases_workspace_id_subject_span_period_whose_instance_id_pk" PRIMARY KEY("workspace_id","subject","span","period","whose","instance_id"),
	CONSTRAINT "usage_leases_positive" CHECK ("usage_leases"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"workspace_id" uuid NOT NULL,
	"whose" text NOT NULL,
	"span" text NOT NULL,
	"subject" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "budgets_workspace_id_whose_span_pk" PRIMARY KEY("workspace_id","whose","span"),
	CONSTRAINT "budgets_span" CHECK ("budgets"."span" in ('day', 'week', 'month', 'total')),
	CONSTRAINT "budgets_month" CHECK ("budgets"."span" <> 'month' or "budgets"."whose" like 'model:%' or "budgets"."whose" = 'ceiling'),
	CONSTRAINT "budgets_not_negative" CHECK ("budgets"."amount" >= 0)
);
--> statement-breakpoint
ALTER TABLE "usage_leases" ADD CONSTRAINT "usage_leases_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "usage_leases_of_instance" ON "usage_leases" USING btree ("instance_id");--> statement-breakpoint
CREATE INDEX "budgets_by_subject" ON "budgets" USING btree ("workspace_id","subject");--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD COLUMN "instance_id" uuid;--> statement-breakpoint
CREATE INDEX "usage_reservations_of_instance" ON "usage_reservations" USING btree ("instance_id") WHERE instance_id is not null;--> statement-breakpoint
ALTER TABLE "spend_counters" ADD COLUMN "span" text DEFAULT 'month' NOT NULL;--> statement-breakpoint
ALTER TABLE "spend_counters" DROP CONSTRAINT "spend_counters_workspace_id_period_subject_pk";--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_workspace_id_span_period_subject_pk" PRIMARY KEY("workspace_id","span","period","subject");--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_span" CHECK ("spend_counters"."span" in ('day', 'week', 'month', 'total'));
--> statement-breakpoint
-- Changed with every exchange, and as small as it is never off its page.
ALTER TABLE usage_instances SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
--> statement-breakpoint
ALTER TABLE usage_leases SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE spend_counters SET (fillfactor = 50);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON usage_instances, usage_leases, budgets TO atelier_app;
--> statement-breakpoint
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['usage_leases', 'budgets'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %I USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id())', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
-- What ended in many workspaces is written in one statement. It names them first (app.workspace_ids), and sees the rows of those only.
CREATE POLICY in_batch ON usage_ledger USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false)) WITH CHECK (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
CREATE POLICY in_batch ON usage_hourly USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false)) WITH CHECK (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
CREATE POLICY in_batch ON spend_counters USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false)) WITH CHECK (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
CREATE POLICY in_batch ON usage_reservations USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false)) WITH CHECK (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
CREATE POLICY in_batch ON usage_leases USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false)) WITH CHECK (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
CREATE POLICY in_batch ON budgets FOR SELECT USING (coalesce(strpos(current_setting('app.workspace_ids', true), workspace_id::text) > 0, false));
--> statement-breakpoint
-- Whoever ends an instance that was not heard of looks in every workspace for what that one held, and sees no more than that.
CREATE POLICY visible_to_ender ON usage_leases FOR SELECT USING (instance_id = nullif(current_setting('app.ended_instance', true), '')::uuid);
--> statement-breakpoint
CREATE POLICY visible_to_ender ON usage_reservations FOR SELECT USING (instance_id = nullif(current_setting('app.ended_instance', true), '')::uuid);
--> statement-breakpoint
DROP FUNCTION reserve_usage(uuid, uuid, text, uuid, text, text, text, boolean, integer, integer, bigint, bigint, integer);
--> statement-breakpoint
DROP FUNCTION take_per_minute(text, text, text, integer, integer);
--> statement-breakpoint
DROP FUNCTION refuse_usage(text, text, bigint, bigint, double precision);
--> statement-breakpoint
-- The first day of the day, week (from Monday) or month in which a moment is, in UTC. What has no end begins with time.
CREATE FUNCTION period_of(span text, at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span = 'total' THEN '1970-01-01'::date ELSE date_trunc(span, at AT TIME ZONE 'UTC')::date END;
--> statement-breakpoint
-- When the period ends that begins on a day; null: never.
CREATE FUNCTION period_end(span text, period date) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span <> 'total' THEN (period + ('1 ' || span)::interval) AT TIME ZONE 'UTC' END;
--> statement-breakpoint
-- Which limits hold for a request with this key, or of this member, and the database's time in milliseconds; null when the key or the
-- workspace has ended. `rates` are those a minute, `budgets` those on spend.
CREATE FUNCTION usage_limits(of_workspace uuid, by_key text, by_member uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  limits record;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  SELECT w.slug, w.monthly_limit AS workspace, m.monthly_limit AS member, k.monthly_limit AS key, k.counted_as, k.requests_per_minute, k.tokens_per_minute
    INTO limits FROM workspaces w
    LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = by_member
    LEFT JOIN api_keys k ON k.workspace_id = w.id AND k.id = by_key AND k.revoked_at IS NULL AND k.disabled_at IS NULL
      AND coalesce(least(k.expires_at, k.stops_at) > clock_timestamp(), true)
    WHERE w.id = of_workspace AND w.deleted_at IS NULL;
  IF NOT FOUND OR (by_key IS NOT NULL AND limits.counted_as IS NULL) THEN
    RETURN NULL;
  END IF;
  RETURN jsonb_build_object(
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'slug', limits.slug,
    'countedAs', limits.counted_as,
    'budgets', (SELECT jsonb_agg(jsonb_build_object('whose', whose, 'subject', subject, 'span', span, 'limit', amount)) FROM (
      SELECT 'key:' || by_key AS whose, limits.counted_as AS subject, 'month' AS span, limits.key AS amount WHERE limits.key IS NOT NULL
      UNION ALL SELECT 'member:' || by_member, 'member:' || by_member, 'month', limits.member WHERE limits.member IS NOT NULL
      UNION ALL SELECT 'workspace', 'workspace', 'month', limits.workspace WHERE limits.workspace IS NOT NULL
      UNION ALL SELECT b.whose, b.subject, b.span, b.amount FROM budgets b WHERE b.workspace_id = of_workspace
        AND (b.whose IN ('workspace', 'ceiling', 'key:' || by_key, 'member:' || by_member) OR b.whose LIKE 'model:%')) all_budgets),
    'rates', (SELECT jsonb_agg(jsonb_build_object('scope', scope, 'model', model, 'requests', requests, 'tokens', tokens)) FROM (
      SELECT 'key' AS scope, NULL AS model, limits.requests_per_minute AS requests, limits.tokens_per_minute AS tokens
        WHERE coalesce(limits.requests_per_minute, limits.tokens_per_minute) IS NOT NULL
      UNION ALL SELECT CASE r.model WHEN '' THEN 'workspace' ELSE 'model' END, nullif(r.model, ''), r.requests_per_minute, r.tokens_per_minute
        FROM rate_limits r WHERE r.workspace_id = of_workspace) all_rates));
END $$;
--> statement-breakpoint
-- What a budget allows now; null: it has no limit (any more).
CREATE FUNCTION spend_limit_of(of_workspace uuid, of_whose text, of_span text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  at_most bigint;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  IF of_span <> 'month' OR of_whose = 'ceiling' OR of_whose LIKE 'model:%' THEN
    SELECT b.amount INTO at_most FROM budgets b WHERE b.workspace_id = of_workspace AND b.whose = of_whose AND b.span = of_span;
  ELSIF of_whose = 'workspace' THEN
    SELECT w.monthly_limit INTO at_most FROM workspaces w WHERE w.id = of_workspace;
  ELSIF of_whose LIKE 'key:%' THEN
    SELECT k.monthly_limit INTO at_most FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = substr(of_whose, 5);
  ELSE
    SELECT m.monthly_limit INTO at_most FROM memberships m WHERE m.workspace_id = of_workspace AND m.user_id = substr(of_whose, 8)::uuid;
  END IF;
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN at_most;
END $$;
--> statement-breakpoint
-- Adds what lines cost to every counter that is kept: the months of key, member and workspace always, whatever else has a budget. Locks
-- these and the counters that are `touched` (workspace_id, span, period, subject), all in one order.
CREATE FUNCTION count_usage(lines jsonb, touched jsonb, at timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH l AS MATERIALIZED (
    SELECT o.*, usage_cost(prompt_tokens, completion_tokens, input_price, output_price) AS cost
    FROM jsonb_to_recordset(lines) AS o (workspace_id uuid, counted_as text, member_id uuid, model text, prompt_tokens int,
      completion_tokens int, input_price bigint, output_price bigint)
  ), kept AS MATERIALIZED (
    SELECT DISTINCT b.workspace_id, b.subject, b.span FROM budgets b WHERE b.workspace_id IN (SELECT workspace_id FROM l)
  )
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent)
    SELECT workspace_id, span, period, subject, sum(cost) FROM (
      SELECT l.workspace_id, 'month' AS span, period_of('month', at) AS period, s.subject, l.cost
        FROM l CROSS JOIN LATERAL (VALUES (l.counted_as), ('member:' || l.member_id), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
      UNION ALL
      SELECT l.workspace_id, kept.span, period_of(kept.span, at), kept.subject, l.cost FROM l JOIN kept ON kept.workspace_id = l.workspace_id
        AND kept.subject IN (l.counted_as, 'member:' || l.member_id, 'workspace', 'model:' || l.model, 'ceiling')
      UNION ALL
      SELECT t.workspace_id, t.span, t.period, t.subject, 0
        FROM jsonb_to_recordset(touched) AS t (workspace_id uuid, span text, period date, subject text)
    ) changes GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = c.spent + excluded.spent
$$;
--> statement-breakpoint
-- Writes lines into the ledger and adds them to its hours. A line belongs to the moment in which it is written.
CREATE FUNCTION write_usage(lines jsonb, written_at timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH l AS MATERIALIZED (
    SELECT o.*, usage_cost(prompt_tokens, completion_tokens, input_price, output_price) AS cost
    FROM jsonb_to_recordset(lines) AS o (workspace_id uuid, id uuid, key_id text, member_id uuid, model text, upstream_model text,
      operation text, is_streamed boolean, status smallint, error_code text, prompt_tokens int, completion_tokens int,
      input_price bigint, output_price bigint, usage_source text, first_byte_ms int, total_ms int)
  ), ledger AS (
    INSERT INTO usage_ledger (workspace_id, at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms)
      SELECT workspace_id, written_at, id, key_id, member_id, model, upstream_model, operation, is_streamed, status, error_code,
        prompt_tokens, completion_tokens, input_price, output_price, cost, usage_source, first_byte_ms, total_ms FROM l
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
--> statement-breakpoint
-- Sets what an instance keeps of its leases, and lets them grow by what requests need, in the order in which they wait and as far as there
-- is room, and by as much more as it would like of an eighth of what is left. The counters are locked. Answers those that were to grow.
CREATE FUNCTION change_leases(of_instance uuid, leases jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  limits jsonb;
  answers jsonb;
BEGIN
  SELECT jsonb_object_agg(a.i, spend_limit_of(a.workspace_id, a.whose, a.span)) INTO limits
    FROM jsonb_to_recordset(leases) AS a (i int, workspace_id uuid, whose text, span text, wants boolean) WHERE a.wants;
  WITH asked AS (
    SELECT a.*, coalesce(l.amount, 0) AS had, (limits ->> a.i::text)::bigint AS at_most, a.period = period_of(a.span, at) AS is_now
    FROM jsonb_to_recordset(leases) AS a (i int, workspace_id uuid, subject text, span text, period date, whose text, keep bigint,
      wants boolean, needs bigint[], extra bigint)
    LEFT JOIN usage_leases l ON l.workspace_id = a.workspace_id AND l.subject = a.subject AND l.span = a.span AND l.period = a.period
      AND l.whose = a.whose AND l.instance_id = of_instance
  ), rooms AS (
    SELECT a.*, c.spent, c.reserved,
      sum(a.keep - a.had) OVER (PARTITION BY a.workspace_id, a.span, a.period, a.subject) AS returned,
      -- What those before it on the same counter are given at most; a key that takes over shares it with the one before.
      coalesce(sum(a.extra + (SELECT coalesce(sum(n), 0) FROM unnest(a.needs) n)) OVER (PARTITION BY a.workspace_id, a.span, a.period, a.subject ORDER BY a.i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
      -- What is leased of the time before this one is spent in this one, should it be spent.
      (SELECT coalesce(sum(o.amount), 0) FROM usage_leases o WHERE a.wants AND o.workspace_id = a.workspace_id AND o.subject = a.subject
        AND o.span = a.span AND o.period < a.period) AS earlier
    FROM asked a JOIN spend_counters c USING (workspace_id, span, period, subject)
  ), left_over AS (
    SELECT r.*, CASE WHEN NOT r.wants OR NOT r.is_now THEN 0 WHEN r.at_most IS NULL THEN 4000000000000000000
      ELSE greatest(0, r.at_most - r.spent - r.reserved - r.returned - r.before - r.earlier) END AS room
    FROM rooms r
  ), needed AS (
    SELECT l.*, (SELECT coalesce(max(so_far), 0) FROM (SELECT sum(n) OVER (ORDER BY place) AS so_far FROM unnest(l.needs) WITH ORDINALITY u (n, place)) s
      WHERE so_far <= l.room) AS given
    FROM left_over l
  ), changed AS MATERIALIZED (
    SELECT n.*, n.given + least(n.extra, ((n.room - n.given) / 8)::bigint) AS granted FROM needed n
  ), ended AS (
    DELETE FROM usage_leases l USING changed g WHERE g.keep + g.granted = 0 AND l.workspace_id = g.workspace_id AND l.subject = g.subject
      AND l.span = g.span AND l.period = g.period AND l.whose = g.whose AND l.instance_id = of_instance
  ), held AS (
    INSERT INTO usage_leases (workspace_id, subject, span, period, whose, instance_id, amount)
      SELECT workspace_id, subject, span, period, whose, of_instance, keep + granted FROM changed WHERE keep + granted > 0
      ON CONFLICT (workspace_id, subject, span, period, whose, instance_id) DO UPDATE SET amount = excluded.amount
  ), counted AS (
    UPDATE spend_counters c SET reserved = c.reserved + d.more
    FROM (SELECT workspace_id, span, period, subject, sum(keep + granted - had) AS more FROM changed GROUP BY 1, 2, 3, 4) d
    WHERE d.more <> 0 AND c.workspace_id = d.workspace_id AND c.span = d.span AND c.period = d.period AND c.subject = d.subject
  )
  SELECT jsonb_agg(jsonb_build_object('i', g.i, 'granted', g.granted, 'limit', g.at_most, 'spent', g.spent,
      'reserved', g.reserved + g.returned + g.earlier + g.granted, 'isOver', NOT g.is_now,
      'endsIn', extract(epoch FROM period_end(g.span, g.period) - at),
      'others', CASE WHEN g.granted < (SELECT sum(n) FROM unnest(g.needs) n) THEN (
        SELECT coalesce(sum(o.amount), 0) FROM usage_leases o WHERE o.workspace_id = g.workspace_id AND o.subject = g.subject
          AND o.span = g.span AND o.period <= g.period AND o.instance_id <> of_instance) ELSE 0 END))
    INTO answers FROM changed g WHERE g.wants;
  -- Those who hold what is missing are asked to give back what they do not use.
  PERFORM pg_notify('atelier_keys', 'recall ' || a.workspace_id || ' ' || a.subject)
    FROM (SELECT DISTINCT q.workspace_id, q.subject FROM jsonb_to_recordset(leases) AS q (i int, workspace_id uuid, subject text)
      JOIN jsonb_to_recordset(answers) AS g (i int, others numeric) ON g.i = q.i WHERE g.others > 0) a;
  RETURN answers;
END $$;
--> statement-breakpoint
-- Gives back to buckets of requests and tokens a minute what was taken and not used, and takes from them like `change_leases`. Answers how
-- full they are then.
CREATE FUNCTION change_buckets(buckets jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  answers jsonb;
BEGIN
  INSERT INTO rate_buckets (key, level, at)
    SELECT a.key, 0, change_buckets.at FROM jsonb_to_recordset(buckets) AS a (key text) ORDER BY a.key ON CONFLICT (key) DO NOTHING;
  WITH asked AS (
    SELECT * FROM jsonb_to_recordset(buckets) AS a (i int, key text, at_most bigint, back bigint, needs bigint[], extra bigint)
  ), held AS (
    SELECT b.key, b.level, b.at FROM rate_buckets b WHERE b.key IN (SELECT a.key FROM asked a) ORDER BY b.key FOR UPDATE
  ), levels AS (
    SELECT a.*, greatest(0, greatest(0, h.level - greatest(0, extract(epoch FROM change_buckets.at - h.at)) * a.at_most / 60.0) - a.back) AS level,
      greatest(h.at, change_buckets.at) AS as_of
    FROM asked a JOIN held h USING (key)
  ), needed AS (
    SELECT l.*, (SELECT coalesce(max(so_far), 0) FROM (SELECT sum(n) OVER (ORDER BY place) AS so_far FROM unnest(l.needs) WITH ORDINALITY u (n, place)) s
      WHERE so_far <= l.at_most - l.level) AS given
    FROM levels l
  ), changed AS MATERIALIZED (
    SELECT n.*, n.given + greatest(0, least(n.extra, floor((n.at_most - n.level - n.given) / 8)))::bigint AS granted FROM needed n
  ), filled AS (
    UPDATE rate_buckets b SET level = g.level + g.granted, at = g.as_of FROM changed g WHERE b.key = g.key
  )
  SELECT jsonb_agg(jsonb_build_object('i', g.i, 'granted', g.granted, 'level', g.level + g.granted)) INTO answers FROM changed g;
  RETURN answers;
END $$;
--> statement-breakpoint
-- All that an instance has to say to the database about usage, and what it is answered, in one statement and one transaction:
-- `lines` of requests that ended, `leases` and `buckets` that it keeps or that are to grow, which requests have `begun`. Exchanges are numbered:
-- one that is repeated is answered as it was, and changes nothing. Null: the instance has ended as far as the database knows.
CREATE FUNCTION exchange_usage(of_instance uuid, turn bigint, workspaces text, lines jsonb, leases jsonb, buckets jsonb, begun jsonb, leaves boolean)
  RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  this_moment CONSTANT timestamptz := clock_timestamp();
  instance usage_instances;
  answer jsonb;
BEGIN
  -- What is only leased and has not been given away yet may be lost in a crash; what was used may not.
  PERFORM set_config('app.workspace_ids', workspaces, true),
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
  IF lines IS NOT NULL THEN
    DELETE FROM usage_reservations r USING jsonb_to_recordset(lines) AS l (workspace_id uuid, id uuid, is_known boolean)
      WHERE l.is_known AND r.workspace_id = l.workspace_id AND r.id = l.id;
    -- Whoever has been taken for ended cannot know what of this was written, or charged as lost.
    IF lines @? '$[*] ? (@.is_doubtful == true)' THEN
      SELECT jsonb_agg(l) INTO lines FROM jsonb_array_elements(lines) l
        WHERE NOT ((l ->> 'is_doubtful')::boolean AND EXISTS (SELECT FROM usage_ledger g WHERE g.workspace_id = (l ->> 'workspace_id')::uuid
          AND g.at > this_moment - interval '1 day' AND g.id = (l ->> 'id')::uuid));
    END IF;
  END IF;
  IF lines IS NOT NULL OR leases IS NOT NULL THEN
    PERFORM count_usage(coalesce(lines, '[]'), coalesce(leases, '[]'), this_moment);
  END IF;
  answer := jsonb_build_object('now', extract(epoch FROM this_moment) * 1000,
    'leases', CASE WHEN leases IS NOT NULL THEN change_leases(of_instance, leases, this_moment) END,
    'buckets', CASE WHEN buckets IS NOT NULL THEN change_buckets(buckets, this_moment) END);
  IF lines IS NOT NULL THEN
    PERFORM write_usage(lines, this_moment);
  END IF;
  IF begun IS NOT NULL THEN
    INSERT INTO usage_reservations (workspace_id, id, key_id, member_id, model, upstream_model, operation, is_streamed, prompt_tokens,
        completion_tokens, input_price, output_price, cost, period, at, expires_at, instance_id)
      SELECT b.workspace_id, b.id, b.key_id, b.member_id, b.model, b.upstream_model, b.operation, b.is_streamed, b.prompt_tokens,
        b.completion_tokens, b.input_price, b.output_price, usage_cost(b.prompt_tokens, b.completion_tokens, b.input_price, b.output_price),
        period_of('month', this_moment), this_moment - make_interval(secs => b.age_ms / 1000.0),
        this_moment + make_interval(secs => b.seconds), of_instance
      FROM jsonb_to_recordset(begun) AS b (workspace_id uuid, id uuid, key_id text, member_id uuid, model text, upstream_model text,
        operation text, is_streamed boolean, prompt_tokens int, completion_tokens int, input_price bigint, output_price bigint, age_ms double precision, seconds int)
      ON CONFLICT DO NOTHING;
  END IF;
  IF leaves THEN
    DELETE FROM usage_instances i WHERE i.id = of_instance;
  ELSE
    UPDATE usage_instances i SET last_turn = turn, last_answer = answer, beat_at = clock_timestamp() WHERE i.id = of_instance;
  END IF;
  RETURN answer;
END $$;
--> statement-breakpoint
-- Ends an instance that was not heard of for ten seconds: what it had under way is charged as lost, at what it could cost at most, and its
-- leases are given back. Answers whether there was one. Any number may call it at once.
CREATE FUNCTION end_lost_instance() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  this_moment CONSTANT timestamptz := clock_timestamp();
  lost uuid;
  lines jsonb;
  held jsonb;
  leases jsonb;
BEGIN
  SELECT i.id INTO lost FROM usage_instances i WHERE i.beat_at < this_moment - interval '10 seconds' LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM set_config('app.ended_instance', lost::text, true);
  PERFORM set_config('app.workspace_ids', coalesce(string_agg(w::text, ','), ''), true) FROM (
    SELECT workspace_id AS w FROM usage_leases WHERE instance_id = lost UNION SELECT workspace_id FROM usage_reservations WHERE instance_id = lost) places;
  PERFORM pg_advisory_xact_lock_shared(usage_lock(w::uuid))
    FROM (SELECT w FROM string_to_table(current_setting('app.workspace_ids'), ',') w WHERE w <> '' ORDER BY w) ordered;
  WITH gone AS (DELETE FROM usage_reservations r WHERE r.instance_id = lost RETURNING r.*)
    SELECT jsonb_agg(to_jsonb(gone) || jsonb_build_object('counted_as', counted_as_of(workspace_id, key_id), 'status', 500, 'error_code', 'lost',
      'usage_source', 'estimated', 'first_byte_ms', NULL, 'total_ms', least(2147483647, extract(epoch FROM this_moment - gone.at) * 1000)::int)) INTO lines FROM gone;
  WITH gone AS (DELETE FROM usage_leases l WHERE l.instance_id = lost RETURNING l.*)
    SELECT jsonb_agg(gone) INTO leases FROM gone;
  PERFORM count_usage(coalesce(lines, '[]'), coalesce(leases, '[]'), this_moment);
  UPDATE spend_counters c SET reserved = c.reserved - d.amount
    FROM (SELECT workspace_id, span, period, subject, sum(amount) AS amount
      FROM jsonb_to_recordset(leases) AS l (workspace_id uuid, span text, period date, subject text, amount bigint) GROUP BY 1, 2, 3, 4) d
    WHERE c.workspace_id = d.workspace_id AND c.span = d.span AND c.period = d.period AND c.subject = d.subject;
  IF lines IS NOT NULL THEN
    PERFORM write_usage(lines, this_moment);
  END IF;
  DELETE FROM usage_instances i WHERE i.id = lost;
  RETURN true;
END $$;
--> statement-breakpoint
-- As which key a key's usage counts: the first of its rotations.
CREATE FUNCTION counted_as_of(of_workspace uuid, of_key text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  workspace_before CONSTANT text := coalesce(current_setting('app.workspace_id', true), '');
  found_subject text;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  SELECT k.counted_as INTO found_subject FROM api_keys k WHERE k.workspace_id = of_workspace AND k.id = of_key;
  PERFORM set_config('app.workspace_id', workspace_before, true);
  RETURN found_subject;
END $$;
--> statement-breakpoint
-- Takes what a training may cost from every limit on spend that holds for it, or from none.
CREATE FUNCTION reserve_training(of_workspace uuid, training uuid, by_key text, by_member uuid, of_model text, at_upstream text, tokens integer,
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
  PERFORM count_usage('[]', touched, this_moment);
  FOR each IN
    SELECT b.whose, b.span, b."limit" AS at_most, c.spent, c.reserved + (SELECT coalesce(sum(o.amount), 0) FROM usage_leases o
        WHERE o.workspace_id = of_workspace AND o.subject = b.subject AND o.span = b.span AND o.period < c.period) AS reserved, c.period
    FROM jsonb_to_recordset(limits -> 'budgets') AS b (whose text, subject text, span text, "limit" bigint)
    JOIN spend_counters c ON c.workspace_id = of_workspace AND c.span = b.span AND c.period = period_of(b.span, this_moment) AND c.subject = b.subject
    WHERE (b.whose NOT LIKE 'model:%' OR b.whose = 'model:' || of_model) ORDER BY b.whose, b.span
  LOOP
    CONTINUE WHEN amount = 0 OR each.spent + each.reserved + amount <= each.at_most;
    RETURN jsonb_build_object('isGranted', false, 'reason', 'spend', 'scope', split_part(each.whose, ':', 1), 'span', each.span, 'limit', each.at_most,
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
--> statement-breakpoint
-- The counters in which a training is reserved that begins at a moment.
CREATE FUNCTION training_counters(of_workspace uuid, counted_as text, by_member uuid, of_model text, at timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(jsonb_build_object('workspace_id', of_workspace, 'span', span, 'period', period_of(span, at), 'subject', subject)) FROM (
    SELECT 'month' AS span, s.subject FROM (VALUES (counted_as), ('member:' || by_member), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
    UNION
    SELECT b.span, b.subject FROM budgets b WHERE b.workspace_id = of_workspace
      AND b.subject IN (counted_as, 'member:' || by_member, 'workspace', 'model:' || of_model, 'ceiling')
  ) counters
$$;
--> statement-breakpoint
-- Settles what is reserved on its own: trainings, and requests that outlived their time. Each reservation that is still there becomes a line.
-- Answers how many.
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
      CASE g.usage_source WHEN 'none' THEN 0 WHEN 'invalid' THEN r.completion_tokens ELSE coalesce(g.completion_tokens, r.completion_tokens) END AS completion_tokens
  )
  SELECT jsonb_agg(gone) INTO lines FROM gone;
  IF lines IS NULL THEN
    RETURN 0;
  END IF;
  SELECT jsonb_agg(t || jsonb_build_object('reserved', l.reserved)) INTO touched
    FROM jsonb_to_recordset(lines) AS l (counted_as text, member_id uuid, model text, at timestamptz, reserved bigint)
    CROSS JOIN LATERAL jsonb_array_elements(training_counters(of_workspace, l.counted_as, l.member_id, l.model, l.at)) t WHERE l.reserved > 0;
  PERFORM count_usage(lines, coalesce(touched, '[]'), settled_at);
  UPDATE spend_counters c SET reserved = greatest(0, c.reserved - d.reserved)
    FROM (SELECT span, period, subject, sum(reserved) AS reserved
      FROM jsonb_to_recordset(touched) AS t (span text, period date, subject text, reserved bigint) GROUP BY 1, 2, 3) d
    WHERE c.workspace_id = of_workspace AND c.span = d.span AND c.period = d.period AND c.subject = d.subject;
  PERFORM write_usage(lines, settled_at);
  RETURN jsonb_array_length(lines);
END $$;
--> statement-breakpoint
DROP FUNCTION derived_counters(uuid);
--> statement-breakpoint
-- What the ledger, the leases and the reservations say the counters of a workspace must be: those of every month, and of what has a budget
-- those of now.
CREATE FUNCTION derived_counters(of_workspace uuid) RETURNS TABLE (workspace_id uuid, span text, period date, subject text, spent bigint, reserved bigint)
  LANGUAGE sql STABLE AS $$
  WITH entries AS (
    SELECT l.at, k.counted_as, l.member_id, l.model, l.cost AS spent, 0::bigint AS reserved
      FROM usage_ledger l LEFT JOIN api_keys k ON k.workspace_id = l.workspace_id AND k.id = l.key_id WHERE l.workspace_id = of_workspace
    UNION ALL
    SELECT r.at, k.counted_as, r.member_id, r.model, 0, r.cost
      FROM usage_reservations r LEFT JOIN api_keys k ON k.workspace_id = r.workspace_id AND k.id = r.key_id
      WHERE r.workspace_id = of_workspace AND r.instance_id IS NULL
  ), kept AS (
    SELECT DISTINCT b.span, b.subject FROM budgets b WHERE b.workspace_id = of_workspace
  )
  SELECT of_workspace, span, period, subject, sum(spent)::bigint, sum(reserved)::bigint FROM (
    SELECT 'month' AS span, period_of('month', e.at) AS period, s.subject, e.spent, e.reserved
      FROM entries e CROSS JOIN LATERAL (VALUES (e.counted_as), ('member:' || e.member_id), ('workspace')) s (subject) WHERE s.subject IS NOT NULL
    UNION ALL
    SELECT kept.span, period_of(kept.span, clock_timestamp()), kept.subject, e.spent, e.reserved
      FROM kept JOIN entries e ON kept.subject IN (e.counted_as, 'member:' || e.member_id, 'workspace', 'model:' || e.model, 'ceiling')
        AND period_of(kept.span, e.at) = period_of(kept.span, clock_timestamp())
    UNION ALL
    SELECT l.span, l.period, l.subject, 0, l.amount FROM usage_leases l WHERE l.workspace_id = of_workspace AND l.subject <> 'ceiling'
      AND l.span = 'month' AND l.subject NOT LIKE 'model:%'
    UNION ALL
    SELECT l.span, l.period, l.subject, 0, l.amount FROM usage_leases l JOIN kept USING (span, subject)
      WHERE l.workspace_id = of_workspace AND l.period = period_of(l.span, clock_timestamp())
  ) all_entries GROUP BY 2, 3, 4
$$;
--> statement-breakpoint
-- The counters of a workspace that `derived_counters` speaks of.
CREATE FUNCTION present_counters(of_workspace uuid) RETURNS TABLE (workspace_id uuid, span text, period date, subject text, spent bigint, reserved bigint)
  LANGUAGE sql STABLE AS $$
  SELECT c.workspace_id, c.span, c.period, c.subject, c.spent, c.reserved FROM spend_counters c WHERE c.workspace_id = of_workspace
    AND (c.span = 'month' AND c.subject <> 'ceiling' AND c.subject NOT LIKE 'model:%'
      OR c.period = period_of(c.span, clock_timestamp()) AND EXISTS (
        SELECT FROM budgets b WHERE b.workspace_id = of_workspace AND b.subject = c.subject AND b.span = c.span))
$$;
--> statement-breakpoint
-- How many rows of the roll-ups and the counters differ from what the ledger says; `repair` makes them equal, but for the days, which
-- are rolled up anew when they are next asked for. Nothing is leased, reserved or settled in the workspace meanwhile.
CREATE OR REPLACE FUNCTION rebuild_usage(of_workspace uuid, repair boolean) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  wrong_hours integer;
  wrong_counters integer;
  wrong_days integer;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  PERFORM pg_advisory_xact_lock(usage_lock(of_workspace));
  SELECT count(*) INTO wrong_hours FROM (
    (SELECT * FROM derived_hours(of_workspace) EXCEPT SELECT * FROM usage_hourly WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM usage_hourly WHERE workspace_id = of_workspace EXCEPT SELECT * FROM derived_hours(of_workspace))) d;
  -- A counter at nothing and no counter are the same.
  SELECT count(*) INTO wrong_counters FROM (
    (SELECT * FROM derived_counters(of_workspace) WHERE spent <> 0 OR reserved <> 0 EXCEPT SELECT * FROM present_counters(of_workspace))
    UNION ALL (SELECT * FROM present_counters(of_workspace) WHERE spent <> 0 OR reserved <> 0 EXCEPT SELECT * FROM derived_counters(of_workspace))) d;
  IF repair AND wrong_hours > 0 THEN
    DELETE FROM usage_hourly WHERE workspace_id = of_workspace;
    INSERT INTO usage_hourly SELECT * FROM derived_hours(of_workspace);
  END IF;
  IF repair AND wrong_counters > 0 THEN
    DELETE FROM spend_counters c USING present_counters(of_workspace) p
      WHERE c.workspace_id = of_workspace AND c.span = p.span AND c.period = p.period AND c.subject = p.subject;
    INSERT INTO spend_counters (workspace_id, span, period, subject, spent, reserved) SELECT * FROM derived_counters(of_workspace);
  END IF;
  SELECT count(*) INTO wrong_days FROM (
    (SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)) EXCEPT SELECT * FROM usage_daily WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM usage_daily WHERE workspace_id = of_workspace EXCEPT SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)))) d;
  IF repair AND wrong_days > 0 THEN
    DELETE FROM usage_daily WHERE workspace_id = of_workspace;
  END IF;
  RETURN wrong_hours + wrong_counters + wrong_days;
END $$;
--> statement-breakpoint
-- A new budget begins with what was spent in its time before there was one.
CREATE FUNCTION count_for_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(usage_lock(NEW.workspace_id));
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent, reserved)
    SELECT d.* FROM derived_counters(NEW.workspace_id) d WHERE d.span = NEW.span AND d.subject = NEW.subject AND d.period = period_of(NEW.span, clock_timestamp())
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_before AFTER INSERT ON budgets FOR EACH ROW EXECUTE FUNCTION count_for_budget();
--> statement-breakpoint
-- Instances remember what limits a key or a member: every change is announced to all of them as it commits.
CREATE FUNCTION announce_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'limits ' || coalesce(to_jsonb(NEW) ->> 'workspace_id', to_jsonb(OLD) ->> 'workspace_id', to_jsonb(NEW) ->> 'id'));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_limits AFTER INSERT OR UPDATE OR DELETE ON budgets FOR EACH ROW EXECUTE FUNCTION announce_limits();
--> statement-breakpoint
CREATE TRIGGER announce_limits AFTER INSERT OR UPDATE OR DELETE ON rate_limits FOR EACH ROW EXECUTE FUNCTION announce_limits();
--> statement-breakpoint
CREATE TRIGGER announce_limits AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.monthly_limit IS DISTINCT FROM NEW.monthly_limit OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION announce_limits();
--> statement-breakpoint
CREATE TRIGGER announce_limits AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.monthly_limit IS DISTINCT FROM NEW.monthly_limit) EXECUTE FUNCTION announce_limits();
--> statement-breakpoint
CREATE TRIGGER announce_limits AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.monthly_limit, OLD.requests_per_minute, OLD.tokens_per_minute, OLD.counted_as, OLD.created_by, OLD.is_service, OLD.revoked_at, OLD.disabled_at, OLD.expires_at, OLD.stops_at)
    IS DISTINCT FROM (NEW.monthly_limit, NEW.requests_per_minute, NEW.tokens_per_minute, NEW.counted_as, NEW.created_by, NEW.is_service, NEW.revoked_at, NEW.disabled_at, NEW.expires_at, NEW.stops_at))
  EXECUTE FUNCTION announce_limits();
--> statement-breakpoint
-- A key that takes over from another has its budgets as well.
CREATE FUNCTION pass_budgets_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO budgets (workspace_id, whose, span, subject, amount)
    SELECT b.workspace_id, 'key:' || NEW.replaced_by, b.span, b.subject, b.amount FROM budgets b
    WHERE b.workspace_id = NEW.workspace_id AND b.whose = 'key:' || NEW.id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER pass_budgets_on AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN (OLD.replaced_by IS DISTINCT FROM NEW.replaced_by AND NEW.replaced_by IS NOT NULL) EXECUTE FUNCTION pass_budgets_on();
