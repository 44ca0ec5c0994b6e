ALTER TABLE model_retirements ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_retirements FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON model_retirements USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- A workspace that a model is shared with is told when it ends.
CREATE POLICY shared ON model_retirements FOR SELECT TO atelier_app USING (
  (workspace_id, model_id) IN (SELECT s.workspace_id, s.model_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
);

-- The job that mails finds those of which a mail is due.
CREATE POLICY visible_to_job ON model_retirements FOR SELECT TO atelier_app USING (
  current_setting('app.job', true) = 'model-retirements' AND mail_at <= now()
);

CREATE POLICY while_looking ON model_retirements AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
