-- The hours of a workspace between two days, summed by day. The second day is not part of it.
CREATE OR REPLACE FUNCTION days_of_usage(of_workspace uuid, since timestamptz, until timestamptz) RETURNS SETOF usage_daily LANGUAGE sql STABLE AS $$
  SELECT * FROM summed_hours(of_workspace, since, until, 'day', true)
$$;
