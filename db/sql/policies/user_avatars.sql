ALTER TABLE user_avatars ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_avatars FORCE ROW LEVEL SECURITY;

CREATE POLICY own ON user_avatars USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());

-- Inside a workspace its members' as well. The inner query is itself under the policies of memberships.
CREATE POLICY visible_to_member ON user_avatars FOR SELECT USING (
  EXISTS (SELECT FROM memberships m WHERE m.workspace_id = app_workspace_id() AND m.user_id = user_avatars.user_id)
);

CREATE POLICY while_looking ON user_avatars AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
