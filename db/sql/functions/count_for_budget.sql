-- A new budget begins with what was spent in its time before there was one.
CREATE OR REPLACE FUNCTION count_for_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(usage_lock(NEW.workspace_id));
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent, reserved)
    SELECT d.* FROM derived_counters(NEW.workspace_id) d WHERE d.span = NEW.span AND d.subject = NEW.subject AND d.period = period_of(NEW.span, clock_timestamp())
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved;
  RETURN NULL;
END $$;
