ALTER TABLE file_uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_uploads FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON file_uploads USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- The job looks in every workspace for what uploads have left, and takes it away inside each.
CREATE POLICY visible_to_job ON file_uploads FOR SELECT USING (
  current_setting('app.job', true) = 'files' AND (abandoned_at IS NOT NULL OR begun_at < now() - interval '2 hours')
);

CREATE POLICY while_looking ON file_uploads AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
