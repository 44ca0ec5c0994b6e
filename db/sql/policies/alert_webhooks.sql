ALTER TABLE alert_webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_webhooks FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON alert_webhooks USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
