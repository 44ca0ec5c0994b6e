-- Keeps the number of members. Every change of memberships is made under the workspace's lock, so this never waits.
CREATE OR REPLACE FUNCTION count_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workspaces w SET member_count = w.member_count + CASE TG_OP WHEN 'INSERT' THEN c.n ELSE -c.n END
    FROM (SELECT workspace_id, count(*)::int AS n FROM changed GROUP BY workspace_id) c WHERE w.id = c.workspace_id;
  RETURN NULL;
END $$;
