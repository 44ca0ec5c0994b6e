ALTER TABLE usage_ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_ledger FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_ledger USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
