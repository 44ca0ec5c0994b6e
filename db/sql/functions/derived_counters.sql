CREATE OR REPLACE FUNCTION derived_counters(of_workspace uuid) RETURNS SETOF spend_counters LANGUAGE sql STABLE AS $$
  SELECT of_workspace, period, subject, sum(spent)::bigint, sum(reserved)::bigint FROM (
    SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS period, s.subject, cost AS spent, 0::bigint AS reserved
      FROM usage_ledger l LEFT JOIN api_keys k ON k.workspace_id = l.workspace_id AND k.id = l.key_id
        CROSS JOIN LATERAL (VALUES (k.counted_as), ('member:' || member_id), ('workspace')) s (subject)
      WHERE l.workspace_id = of_workspace AND s.subject IS NOT NULL
    UNION ALL
    SELECT period, s.subject, 0, cost
      FROM usage_reservations r LEFT JOIN api_keys k ON k.workspace_id = r.workspace_id AND k.id = r.key_id
        CROSS JOIN LATERAL (VALUES (k.counted_as), ('member:' || member_id), ('workspace')) s (subject)
      WHERE r.workspace_id = of_workspace AND s.subject IS NOT NULL
  ) entries GROUP BY period, subject
$$;
