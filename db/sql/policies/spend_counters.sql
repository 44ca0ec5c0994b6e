ALTER TABLE spend_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE spend_counters FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON spend_counters USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_job ON spend_counters FOR SELECT USING ((SELECT current_setting('app.job', true)) = 'spend-alerts');

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON spend_counters USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- An operator sees what a workspace has spent in all.
CREATE POLICY visible_to_operator ON spend_counters FOR SELECT TO atelier_operator USING (
  subject IN ('workspace', 'ceiling') AND (SELECT app_is_operator())
);

CREATE POLICY visible_to_figures ON spend_counters FOR SELECT TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'instance-figures');

CREATE POLICY while_looking ON spend_counters AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
