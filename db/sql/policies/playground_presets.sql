ALTER TABLE playground_presets ENABLE ROW LEVEL SECURITY;
ALTER TABLE playground_presets FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON playground_presets USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
