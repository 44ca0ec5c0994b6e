ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seals FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON audit_seals USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
