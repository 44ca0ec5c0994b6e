-- Locks the counters of leases (as lease_changes reads them), in the same order as write_usage, and inserts those
-- that are missing.
CREATE OR REPLACE FUNCTION lock_counters(leases jsonb, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF jsonb_typeof(leases) = 'array' OR leases ->> 'subject' LIKE '%end-user:%' THEN
    PERFORM begin_end_user_counters('{}', leases, at);
  END IF;
  INSERT INTO spend_counters AS c (workspace_id, span, period, subject)
    SELECT t.workspace_id, t.span, t.period, t.subject FROM lease_changes(leases) t
      GROUP BY 1, 2, 3, 4 ORDER BY t.workspace_id, t.span COLLATE "C", t.period, t.subject COLLATE "C"
    ON CONFLICT (workspace_id, span, period, subject) DO UPDATE SET spent = c.spent;
END $$;
