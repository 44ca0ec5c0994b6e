ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON audit_unsealed USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job that seals looks in every workspace for what is not sealed, and sees no more than that something is.
CREATE POLICY visible_to_job ON audit_unsealed FOR SELECT USING (current_setting('app.job', true) = 'audit-seal');

CREATE POLICY instance_log_only ON audit_unsealed AS RESTRICTIVE FOR SELECT TO atelier_operator USING (
  workspace_id = '00000000-0000-0000-0000-000000000000'
);
CREATE POLICY written_by_operator ON audit_unsealed FOR INSERT TO atelier_operator WITH CHECK ((SELECT app_is_operator()));
