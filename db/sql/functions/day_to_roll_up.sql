-- The beginning of the first day with usage that can be rolled up and is not, or null. A day is complete an hour
-- after its end: a request is settled in the hour in which its transaction begins, and no transaction takes that
-- long.
CREATE OR REPLACE FUNCTION day_to_roll_up(of_workspace uuid) RETURNS timestamptz LANGUAGE sql STABLE
  RETURN (SELECT date_trunc('day', min(h.hour), 'UTC') FROM usage_hourly h WHERE h.workspace_id = of_workspace
    AND h.hour >= days_rolled_up(of_workspace) AND h.hour < date_trunc('day', now() - interval '1 hour', 'UTC'));
