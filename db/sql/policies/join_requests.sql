ALTER TABLE join_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE join_requests FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON join_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_person ON join_requests FOR SELECT USING (user_id = app_user_id());

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON join_requests FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
