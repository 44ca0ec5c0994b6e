-- Ends one instance that was silent for ten seconds. Its requests under way are charged as lost, at their highest
-- possible cost, and its leases are given back. A line of a batch is not charged, because it is sent again. Answers
-- whether there was such an instance. Several transactions may call it at the same time.
CREATE OR REPLACE FUNCTION end_lost_instance() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  this_moment CONSTANT timestamptz := clock_timestamp();
  lost uuid;
  lines jsonb;
  held jsonb;
  leases jsonb;
BEGIN
  SELECT i.id INTO lost FROM usage_instances i WHERE i.beat_at < this_moment - interval '10 seconds' LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM set_config('app.ended_instance', lost::text, true);
  PERFORM set_config('app.workspace_ids', coalesce(string_agg(w::text, ','), ''), true) FROM (
    SELECT workspace_id AS w FROM usage_leases WHERE instance_id = lost UNION SELECT workspace_id FROM usage_reservations WHERE instance_id = lost) places;
  PERFORM pg_advisory_xact_lock_shared(usage_lock(w::uuid))
    FROM (SELECT w FROM string_to_table(current_setting('app.workspace_ids'), ',') w WHERE w <> '' ORDER BY w) ordered;
  WITH gone AS (DELETE FROM usage_reservations r WHERE r.instance_id = lost RETURNING r.*)
    SELECT jsonb_agg(to_jsonb(gone) || jsonb_build_object('counted_as', counted_as_of(workspace_id, key_id), 'status', 500, 'error_code', 'lost',
      'usage_source', 'estimated', 'first_byte_ms', NULL, 'total_ms', least(2147483647, extract(epoch FROM this_moment - gone.at) * 1000)::int)
      || CASE WHEN operation LIKE 'batch-%' THEN '{"usage_source": "none", "prompt_tokens": 0, "completion_tokens": 0, "classes": null, "class_prices": null}'::jsonb
        ELSE '{}' END) INTO lines FROM gone;
  WITH gone AS (DELETE FROM usage_leases l WHERE l.instance_id = lost RETURNING l.*)
    SELECT jsonb_agg(gone) INTO leases FROM gone;
  IF lines IS NOT NULL THEN
    PERFORM write_usage(lines, coalesce(leases, '[]'), this_moment);
  ELSE
    PERFORM lock_counters(coalesce(leases, '[]'), this_moment);
  END IF;
  UPDATE spend_counters c SET reserved = c.reserved - d.amount
    FROM (SELECT workspace_id, span, period, subject, sum(amount) AS amount
      FROM jsonb_to_recordset(leases) AS l (workspace_id uuid, span text, period date, subject text, amount bigint) GROUP BY 1, 2, 3, 4) d
    WHERE c.workspace_id = d.workspace_id AND c.span = d.span AND c.period = d.period AND c.subject = d.subject;
  DELETE FROM usage_instances i WHERE i.id = lost;
  RETURN true;
END $$;
