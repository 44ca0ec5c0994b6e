ALTER TABLE usage_hourly ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_hourly FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_hourly USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
