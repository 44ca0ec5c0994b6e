ALTER TABLE access_review_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_review_plans FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON access_review_plans USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job finds the workspaces whose next review starts.
CREATE POLICY visible_to_job ON access_review_plans FOR SELECT TO atelier_app USING (
  current_setting('app.job', true) = 'access-reviews' AND next_at <= now()
);
