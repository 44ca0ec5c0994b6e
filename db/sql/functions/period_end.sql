-- The end of the period that begins on this day; null: never.
CREATE OR REPLACE FUNCTION period_end(span text, period date) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN span <> 'total' THEN (period + ('1 ' || span)::interval) AT TIME ZONE 'UTC' END;
