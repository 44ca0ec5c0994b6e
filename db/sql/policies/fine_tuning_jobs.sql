ALTER TABLE fine_tuning_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE fine_tuning_jobs FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON fine_tuning_jobs USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- Jobs look in every workspace for what is theirs to do, and see no more than that; they do it inside each workspace.
CREATE POLICY visible_to_job ON fine_tuning_jobs FOR SELECT USING (
  current_setting('app.job', true) = 'fine-tuning' AND ended_at IS NULL
);

-- An operator sees how many are under way.
CREATE POLICY visible_to_operator ON fine_tuning_jobs FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));

CREATE POLICY while_looking ON fine_tuning_jobs AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
