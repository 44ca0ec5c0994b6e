ALTER TABLE access_reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_reviews FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON access_reviews USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job finds the reviews that go on.
CREATE POLICY visible_to_job ON access_reviews FOR SELECT TO atelier_app USING (
  current_setting('app.job', true) = 'access-reviews' AND next_at <= now()
);

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON access_reviews FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
