ALTER TABLE model_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_members FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON model_members USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));
