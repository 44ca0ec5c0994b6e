ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seals FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON audit_seals USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY instance_log_only ON audit_seals AS RESTRICTIVE FOR SELECT TO atelier_operator USING (
  workspace_id = '00000000-0000-0000-0000-000000000000'
);
