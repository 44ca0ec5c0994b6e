ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON webhook_deliveries USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job that posts them finds out in which workspaces something is due or old. What it then does, it does inside each.
CREATE POLICY visible_to_job ON webhook_deliveries FOR SELECT TO atelier_app USING (current_setting('app.job', true) = 'webhooks');
