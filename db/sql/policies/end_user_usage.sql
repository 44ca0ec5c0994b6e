ALTER TABLE end_user_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE end_user_usage FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON end_user_usage USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON end_user_usage USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

CREATE POLICY while_looking ON end_user_usage AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
