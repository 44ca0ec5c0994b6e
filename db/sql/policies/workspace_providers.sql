ALTER TABLE workspace_providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_providers FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON workspace_providers USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- Each instance knows all providers, so that no call has to ask for them.
CREATE POLICY visible_to_job ON workspace_providers FOR SELECT USING ((SELECT current_setting('app.job', true)) = 'model-providers');
