ALTER TABLE batch_charges ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_charges FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON batch_charges USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON batch_charges USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- The job finds in which workspaces some are old, and deletes them inside each.
CREATE POLICY visible_to_job ON batch_charges FOR SELECT USING (
  current_setting('app.job', true) = 'batch-charges' AND at < now() - interval '8 days'
);
