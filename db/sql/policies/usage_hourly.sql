ALTER TABLE usage_hourly ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_hourly FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_hourly USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON usage_hourly USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- An operator sees how much is asked.
CREATE POLICY visible_to_operator ON usage_hourly FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));

CREATE POLICY visible_to_figures ON usage_hourly FOR SELECT TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'instance-figures');

-- Who calls a base model that is to be retired: operators are shown it, and the callers are mailed.
CREATE POLICY visible_to_retirements ON usage_hourly FOR SELECT TO atelier_app USING ((SELECT current_setting('app.job', true)) = 'base-retirements'
  AND model NOT LIKE 'ft:%' AND model NOT LIKE 'own/%');

-- What one's own hardware costs is divided by the tokens of a base model; the names of workspaces' own models are in none of that.
CREATE POLICY visible_to_job ON usage_hourly FOR SELECT USING ((SELECT current_setting('app.job', true)) = 'hardware-prices'
  AND model NOT LIKE 'ft:%' AND model NOT LIKE 'own/%');

CREATE POLICY while_looking ON usage_hourly AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
