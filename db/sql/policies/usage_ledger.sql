ALTER TABLE usage_ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_ledger FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_ledger USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON usage_ledger USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

CREATE POLICY while_looking ON usage_ledger AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
