-- When the period ends that begins on a day; null: never.
CREATE OR REPLACE FUNCTION period_end(span text, period date) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span <> 'total' THEN (period + ('1 ' || span)::interval) AT TIME ZONE 'UTC' END;
