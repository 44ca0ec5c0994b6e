ALTER TABLE workspace_figures ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_figures FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON workspace_figures USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job that derives the figures does so for all workspaces in one statement.
CREATE POLICY derived_by_job ON workspace_figures TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'instance-figures')
  WITH CHECK ((SELECT current_setting('app.job', true)) = 'instance-figures');

-- Whose workspaces called a base model lately is looked for among those that were used.
CREATE POLICY visible_to_retirements ON workspace_figures FOR SELECT TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'base-retirements');

-- An operator sees and orders workspaces by them.
CREATE POLICY visible_to_operator ON workspace_figures FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));
