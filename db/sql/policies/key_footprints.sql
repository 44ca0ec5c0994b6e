ALTER TABLE key_footprints ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_footprints FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON key_footprints USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- The job finds in which workspaces some are to be forgotten, and deletes them inside each.
CREATE POLICY visible_to_job ON key_footprints FOR SELECT USING (
  current_setting('app.job', true) = 'footprints' AND last_at < now() - interval '90 days'
);

CREATE POLICY while_looking ON key_footprints AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
