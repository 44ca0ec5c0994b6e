-- How many rows of the roll-ups and the counters differ from what the ledger says; `repair` makes them equal, but for the days, which
-- are rolled up anew when they are next asked for. Hours from before it was told apart what requests were for are compared without that, and
-- have it once they are repaired. Nothing is leased, reserved or settled in the workspace meanwhile.
CREATE OR REPLACE FUNCTION rebuild_usage(of_workspace uuid, repair boolean) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  wrong_hours integer;
  wrong_counters integer;
  wrong_days integer;
  wrong_end_users integer;
  known_from timestamptz;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  PERFORM pg_advisory_xact_lock(usage_lock(of_workspace));
  -- The last such hour may have lines of either kind.
  SELECT coalesce(max(hour) + interval '1 hour', '-infinity') INTO known_from FROM usage_hourly WHERE workspace_id = of_workspace AND operation IS NULL;
  WITH derived AS MATERIALIZED (SELECT * FROM derived_hours(of_workspace, known_from)), present AS MATERIALIZED (
    SELECT * FROM usage_hourly WHERE workspace_id = of_workspace AND hour >= known_from
    UNION ALL SELECT * FROM summed_hours(of_workspace, '-infinity', known_from, 'hour', false)
  )
  SELECT count(*) INTO wrong_hours FROM (
    (SELECT * FROM derived EXCEPT SELECT * FROM present) UNION ALL (SELECT * FROM present EXCEPT SELECT * FROM derived)) d;
  SELECT count(*) INTO wrong_end_users FROM (
    (SELECT * FROM derived_end_users(of_workspace) EXCEPT SELECT * FROM end_user_usage WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM end_user_usage WHERE workspace_id = of_workspace EXCEPT SELECT * FROM derived_end_users(of_workspace))) d;
  IF repair AND wrong_end_users > 0 THEN
    DELETE FROM end_user_usage WHERE workspace_id = of_workspace;
    INSERT INTO end_user_usage SELECT * FROM derived_end_users(of_workspace);
  END IF;
  -- A counter at nothing and no counter are the same.
  SELECT count(*) INTO wrong_counters FROM (
    (SELECT * FROM derived_counters(of_workspace) WHERE spent <> 0 OR reserved <> 0 EXCEPT SELECT * FROM present_counters(of_workspace))
    UNION ALL (SELECT * FROM present_counters(of_workspace) WHERE spent <> 0 OR reserved <> 0 EXCEPT SELECT * FROM derived_counters(of_workspace))) d;
  SELECT count(*) INTO wrong_days FROM (
    (SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)) EXCEPT SELECT * FROM usage_daily WHERE workspace_id = of_workspace)
    UNION ALL (SELECT * FROM usage_daily WHERE workspace_id = of_workspace EXCEPT SELECT * FROM days_of_usage(of_workspace, '-infinity', days_rolled_up(of_workspace)))) d;
  IF repair AND (wrong_hours > 0 OR wrong_days > 0 OR known_from > '-infinity') THEN
    DELETE FROM usage_daily WHERE workspace_id = of_workspace;
    DELETE FROM usage_hourly WHERE workspace_id = of_workspace;
    INSERT INTO usage_hourly SELECT * FROM derived_hours(of_workspace);
  END IF;
  IF repair AND wrong_counters > 0 THEN
    DELETE FROM spend_counters c USING present_counters(of_workspace) p
      WHERE c.workspace_id = of_workspace AND c.span = p.span AND c.period = p.period AND c.subject = p.subject;
    INSERT INTO spend_counters (workspace_id, span, period, subject, spent, reserved) SELECT * FROM derived_counters(of_workspace);
  END IF;
  RETURN wrong_hours + wrong_counters + wrong_days + wrong_end_users;
END $$;
