ALTER TABLE usage_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_daily FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_daily USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON usage_daily AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
