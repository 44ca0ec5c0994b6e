ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON audit_events USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- For the export of personal data: a person sees what they did and what was done to them, in workspaces they have left as well.
CREATE POLICY visible_to_export ON audit_events FOR SELECT USING (
  current_setting('app.job', true) = 'account-export'
  AND (actor_id = app_user_id() OR (target_type = 'member' AND target_id = app_user_id()::text))
);

-- Of the log an operator reads the instance's own events and no workspace's, also inside one. What they do to a workspace
-- they write down in its log.
CREATE POLICY instance_log_only ON audit_events AS RESTRICTIVE FOR SELECT TO atelier_operator USING (
  workspace_id = '00000000-0000-0000-0000-000000000000'
);
CREATE POLICY written_by_operator ON audit_events FOR INSERT TO atelier_operator WITH CHECK ((SELECT app_is_operator()));
