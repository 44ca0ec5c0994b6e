ALTER TABLE kept_responses ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_responses FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON kept_responses USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- The job finds in which workspaces some have expired, and deletes them inside each.
CREATE POLICY visible_to_job ON kept_responses FOR SELECT USING (
  current_setting('app.job', true) = 'responses' AND expires_at < now()
);
