ALTER TABLE end_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE end_users FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON end_users USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON end_users AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
