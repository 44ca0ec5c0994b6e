-- Fills the counter of a new budget with what was spent in its period before the budget was made.
CREATE OR REPLACE FUNCTION count_for_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(usage_lock(NEW.workspace_id));
  IF NEW.whose LIKE 'end-user%' THEN
    -- Counters of end users are inserted when they are needed. Those of an earlier limit were not updated meanwhile:
    -- what they reserve is kept, and what is spent is computed again.
    DELETE FROM spend_counters c WHERE c.workspace_id = NEW.workspace_id AND c.span = NEW.span AND c.period = period_of(NEW.span, clock_timestamp())
      AND (c.subject = NEW.whose OR NEW.whose = 'end-users' AND c.subject LIKE 'end-user:%') AND c.reserved = 0;
    UPDATE spend_counters c SET spent = end_user_spent(c.workspace_id, substr(c.subject, 10)::uuid, c.span, c.period)
      WHERE c.workspace_id = NEW.workspace_id AND c.span = NEW.span AND c.period = period_of(NEW.span, clock_timestamp())
      AND (c.subject = NEW.whose OR NEW.whose = 'end-users' AND c.subject LIKE 'end-user:%');
    RETURN NULL;
  END IF;
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject, spent, reserved)
    SELECT d.* FROM derived_counters(NEW.workspace_id) d WHERE d.span = NEW.span AND d.subject = NEW.subject AND d.period = period_of(NEW.span, clock_timestamp())
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = excluded.spent, reserved = excluded.reserved;
  RETURN NULL;
END $$;
