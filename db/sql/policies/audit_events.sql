ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON audit_events USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- For the export of personal data: a person sees what they did and what was done to them, in workspaces they have left as well.
CREATE POLICY visible_to_export ON audit_events FOR SELECT USING (
  current_setting('app.job', true) = 'account-export'
  AND (actor_id = app_user_id() OR (target_type = 'member' AND target_id = app_user_id()::text))
);
