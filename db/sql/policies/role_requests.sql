ALTER TABLE role_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_requests FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON role_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
