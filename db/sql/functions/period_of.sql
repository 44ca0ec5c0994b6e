-- The first day of the day, week (from Monday) or month that contains a moment, in UTC. For a total it is 1970-01-01.
CREATE OR REPLACE FUNCTION period_of(span text, at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span = 'total' THEN '1970-01-01'::date ELSE date_trunc(span, at AT TIME ZONE 'UTC')::date END;
