ALTER TABLE limit_raises ENABLE ROW LEVEL SECURITY;
ALTER TABLE limit_raises FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON limit_raises USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_job ON limit_raises FOR SELECT USING (current_setting('app.job', true) = 'spend-alerts');
