ALTER TABLE usage_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_unsealed FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_unsealed USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON usage_unsealed USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- The job that seals looks in every workspace for what is not sealed, and sees no more than that something is.
CREATE POLICY visible_to_job ON usage_unsealed FOR SELECT USING ((SELECT current_setting('app.job', true)) = 'usage-seal');
