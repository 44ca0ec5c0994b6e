ALTER TABLE model_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_members FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON model_members USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY while_looking ON model_members AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
