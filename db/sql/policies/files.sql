ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON files USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY visible_to_job ON files FOR SELECT USING (
  current_setting('app.job', true) = 'files' AND erased_at IS NULL
  AND (deleted_at IS NOT NULL OR expires_at < now())
);

CREATE POLICY while_looking ON files AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
