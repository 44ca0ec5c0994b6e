-- Reads what an instance keeps of its leases and by what they should grow: one array per column, or a list of
-- objects, as usage_lines does. `needs` is an array within an array.
CREATE OR REPLACE FUNCTION lease_changes(leases jsonb) RETURNS TABLE (
    i integer, workspace_id uuid, subject text, span text, period date, whose text, keep bigint, wants boolean, extra bigint, needs bigint[])
  LANGUAGE sql IMMUTABLE AS $$
  SELECT i, workspace_id, subject, span, period, whose, keep, coalesce(wants, false), coalesce(extra, 0), needs::bigint[]
  FROM unnest((leases ->> 'i')::integer[], (leases ->> 'workspace_id')::uuid[], (leases ->> 'subject')::text[], (leases ->> 'span')::text[],
    (leases ->> 'period')::date[], (leases ->> 'whose')::text[], (leases ->> 'keep')::bigint[], (leases ->> 'wants')::boolean[],
    (leases ->> 'extra')::bigint[], (leases ->> 'needs')::text[])
    AS l (i, workspace_id, subject, span, period, whose, keep, wants, extra, needs)
  UNION ALL
  SELECT i, workspace_id, subject, span, period, whose, keep, coalesce(wants, false), coalesce(extra, 0), needs
  FROM jsonb_to_recordset(CASE jsonb_typeof(leases) WHEN 'array' THEN leases ELSE '[]' END)
    AS l (i integer, workspace_id uuid, subject text, span text, period date, whose text, keep bigint, wants boolean, extra bigint, needs bigint[])
$$;
