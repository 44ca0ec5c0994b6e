ALTER TABLE role_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_requests FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON role_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON role_requests AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON role_requests FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
