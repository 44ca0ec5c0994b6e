-- The moment up to which a workspace's days are rolled up.
CREATE OR REPLACE FUNCTION days_rolled_up(of_workspace uuid) RETURNS timestamptz LANGUAGE sql STABLE
  RETURN coalesce((SELECT max(d.day) + interval '24 hours' FROM usage_daily d WHERE d.workspace_id = of_workspace), '-infinity'::timestamptz);
