-- Where a workspace wants the keys of a member to stop with their membership, each key knows when that is, so that the
-- door for programs need not ask who is a member. It is kept by triggers: who ends when, and what becomes of keys, is
-- changed in several places.
CREATE OR REPLACE FUNCTION key_stops_at(of_workspace uuid, of_maker uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT m.ends_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
  WHERE m.workspace_id = of_workspace AND m.user_id = of_maker AND w.expired_member_key_action = 'revoke'
$$;
