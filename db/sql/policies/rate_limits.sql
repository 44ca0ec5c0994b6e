ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limits FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON rate_limits USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON rate_limits AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
