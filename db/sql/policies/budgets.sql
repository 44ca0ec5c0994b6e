ALTER TABLE budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE budgets FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON budgets USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON budgets FOR SELECT USING (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- An operator sees the ceilings, which are theirs to set, and no budget of the workspace's own.
CREATE POLICY visible_to_operator ON budgets FOR SELECT TO atelier_operator USING (whose = 'ceiling' AND (SELECT app_is_operator()));

CREATE POLICY visible_to_job ON budgets FOR SELECT USING ((SELECT current_setting('app.job', true)) = 'spend-alerts');

CREATE POLICY visible_to_figures ON budgets FOR SELECT TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'instance-figures');

CREATE POLICY while_looking ON budgets AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
