ALTER TABLE models ENABLE ROW LEVEL SECURITY;
ALTER TABLE models FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON models USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY shared ON models FOR SELECT USING (
  deleted_at IS NULL AND archived_at IS NULL
  AND (workspace_id, id) IN (SELECT s.workspace_id, s.model_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
);

-- The job that deletes models at their model servers looks in every workspace for those, and sees no more than that.
CREATE POLICY visible_to_job ON models FOR SELECT USING (
  current_setting('app.job', true) = 'models' AND erase_after <= now()
);

CREATE POLICY while_looking ON models AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
