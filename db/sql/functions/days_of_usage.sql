-- What a workspace's hours from one day's beginning up to another's make by the day.
CREATE OR REPLACE FUNCTION days_of_usage(of_workspace uuid, since timestamptz, until timestamptz) RETURNS SETOF usage_daily LANGUAGE sql STABLE AS $$
  SELECT * FROM summed_hours(of_workspace, since, until, 'day', true)
$$;
