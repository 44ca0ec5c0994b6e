-- The first day of the day, week (from Monday) or month in which a moment is, in UTC. What has no end begins with time.
CREATE OR REPLACE FUNCTION period_of(span text, at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span = 'total' THEN '1970-01-01'::date ELSE date_trunc(span, at AT TIME ZONE 'UTC')::date END;
