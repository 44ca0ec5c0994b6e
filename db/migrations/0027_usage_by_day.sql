CREATE TABLE "usage_daily" (
	"workspace_id" uuid NOT NULL,
	"day" timestamp with time zone NOT NULL,
	"model" text NOT NULL,
	"key_id" text,
	"member_id" uuid,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"latency" integer[] NOT NULL,
	CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id")
);
--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "usage_daily_of_key" ON "usage_daily" USING btree ("workspace_id","key_id","day");--> statement-breakpoint
CREATE INDEX "usage_daily_of_member" ON "usage_daily" USING btree ("workspace_id","member_id","day");--> statement-breakpoint
CREATE INDEX "usage_daily_of_model" ON "usage_daily" USING btree ("workspace_id","model","day");
--> statement-breakpoint
GRANT SELECT, INSERT ON usage_daily TO atelier_app;
--> statement-breakpoint
ALTER TABLE usage_daily ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_daily FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON usage_daily USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
-- What a workspace's hours from one day's beginning up to another's make by the day. Bucket by bucket is several times as fast as
-- taking the arrays apart and putting them together again.
CREATE FUNCTION days_of_usage(of_workspace uuid, since timestamptz, until timestamptz) RETURNS SETOF usage_daily LANGUAGE sql STABLE AS $$
  SELECT workspace_id, date_trunc('day', hour, 'UTC'), model, key_id, member_id, sum(requests)::int, sum(errors)::int,
    sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint, sum(cost)::bigint,
    array[coalesce(sum(latency[1]), 0)::int, coalesce(sum(latency[2]), 0)::int, coalesce(sum(latency[3]), 0)::int, coalesce(sum(latency[4]), 0)::int,
      coalesce(sum(latency[5]), 0)::int, coalesce(sum(latency[6]), 0)::int, coalesce(sum(latency[7]), 0)::int, coalesce(sum(latency[8]), 0)::int,
      coalesce(sum(latency[9]), 0)::int, coalesce(sum(latency[10]), 0)::int, coalesce(sum(latency[11]), 0)::int, coalesce(sum(latency[12]), 0)::int,
      coalesce(sum(latency[13]), 0)::int, coalesce(sum(latency[14]), 0)::int, coalesce(sum(latency[15]), 0)::int, coalesce(sum(latency[16]), 0)::int,
      coalesce(sum(latency[17]), 0)::int, coalesce(sum(latency[18]), 0)::int, coalesce(sum(latency[19]), 0)::int, coalesce(sum(latency[20]), 0)::int,
      coalesce(sum(latency[21]), 0)::int, coalesce(sum(latency[22]), 0)::int, coalesce(sum(latency[23]), 0)::int, coalesce(sum(latency[24]), 0)::int,
      coalesce(sum(latency[25]), 0)::int, coalesce(sum(latency[26]), 0)::int, coalesce(sum(latency[27]), 0)::int, coalesce(sum(latency[28]), 0)::int,
      coalesce(sum(latency[29]), 0)::int, coalesce(sum(latency[30]), 0)::int, coalesce(sum(latency[31]), 0)::int, coalesce(sum(latency[32]), 0)::int]
  FROM usage_hourly WHERE workspace_id = of_workspace AND hour >= since AND hour < until GROUP BY 1, 2, 3, 4, 5
$$;
--> statement-breakpoint
-- The moment up to which a workspace's days are there.
CREATE FUNCTION days_rolled_up(of_workspace uuid) RETURNS timestamptz LANGUAGE sql STABLE
  RETURN coalesce((SELECT max(d.day) + interval '24 hours' FROM usage_daily d WHERE d.workspace_id = of_workspace), '-infinity'::timestamptz);
--> statement-breakpoint
-- The beginning of the first day with usage that could be rolled up and is not, or null. A day is over for good an hour after its
-- end: a request is settled in the hour in which its transaction begins, and none takes that long.
CREATE FUNCTION day_to_roll_up(of_workspace uuid) RETURNS timestamptz LANGUAGE sql STABLE
  RETURN (SELECT date_trunc('day', min(h.hour), 'UTC') FROM usage_hourly h WHERE h.workspace_id = of_workspace
    AND h.hour >= days_rolled_up(of_workspace) AND h.hour < date_trunc('day', now() - interval '1 hour', 'UTC'));
--> statement-breakpoint
-- Rolls up a workspace's next days, so many at most, whole ones all at once. Answers whether there may be more.
CREATE FUNCTION roll_up_days(of_workspace uuid, at_most integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  since timestamptz;
  until timestamptz;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  -- Not beside a rebuild; settling goes on.
  PERFORM pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  since := day_to_roll_up(of_workspace);
  IF since IS NULL THEN
    RETURN false;
  END IF;
  until := least(since + make_interval(hours => 24 * at_most), date_trunc('day', now() - interval '1 hour', 'UTC'));
  INSERT INTO usage_daily SELECT * FROM days_of_usage(of_workspace, since, until) ON CONFLICT DO NOTHING;
  RETURN true;
END $$;
--> statement-breakpoint
-- How many rows of the roll-ups and the counters differ from what the ledger says; `repair` makes them equal, but for the days, which
-- are rolled up anew when they are next asked for. Nothing is reserved or settled in the workspace meanwhile.
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
    (SELECT * FROM derived_counters(of_workspace) WHERE spent <> 0 OR reserved <> 0 EXCEPT SELECT * FROM spend_counters WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM spend_counters WHERE workspace_id = of_workspace AND (spent <> 0 OR reserved <> 0) EXCEPT SELECT * FROM derived_counters(of_workspace))) d;
  IF repair AND wrong_hours > 0 THEN
    DELETE FROM usage_hourly WHERE workspace_id = of_workspace;
    INSERT INTO usage_hourly SELECT * FROM derived_hours(of_workspace);
  END IF;
  IF repair AND wrong_counters > 0 THEN
    DELETE FROM spend_counters WHERE workspace_id = of_workspace;
    INSERT INTO spend_counters SELECT * FROM derived_counters(of_workspace);
  END IF;
  SELECT count(*) INTO wrong_days FROM (
    (SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)) EXCEPT SELECT * FROM usage_daily WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM usage_daily WHERE workspace_id = of_workspace EXCEPT SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)))) d;
  IF repair AND wrong_days > 0 THEN
    DELETE FROM usage_daily WHERE workspace_id = of_workspace;
  END IF;
  RETURN wrong_hours + wrong_counters + wrong_days;
END $$;
