-- Rolls up the next days of a workspace, at most this many; several whole days at once. Answers whether there may be
-- more.
CREATE OR REPLACE FUNCTION roll_up_days(of_workspace uuid, at_most integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  since timestamptz;
  until timestamptz;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  -- Not while the usage is rebuilt; settling is not blocked.
  PERFORM pg_advisory_xact_lock_shared(usage_lock(of_workspace));
  since := day_to_roll_up(of_workspace);
  IF since IS NULL THEN
    RETURN false;
  END IF;
  until := least(since + make_interval(hours => 24 * at_most), date_trunc('day', now() - interval '1 hour', 'UTC'));
  INSERT INTO usage_daily SELECT * FROM days_of_usage(of_workspace, since, until) ON CONFLICT DO NOTHING;
  RETURN true;
END $$;
