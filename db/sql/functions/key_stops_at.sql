-- When a key stops because its maker's membership ends, if the workspace wants that; null: it does not stop. Triggers
-- keep the result in each key, because several places change memberships and this setting, and the gateway should not
-- have to look up memberships.
CREATE OR REPLACE FUNCTION key_stops_at(of_workspace uuid, of_maker uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT m.ends_at FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
  WHERE m.workspace_id = of_workspace AND m.user_id = of_maker AND w.expired_member_key_action = 'revoke'
$$;
