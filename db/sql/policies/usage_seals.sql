ALTER TABLE usage_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_seals FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_seals USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement, which must not write into a moment that is sealed.
CREATE POLICY in_batch ON usage_seals FOR SELECT USING (workspace_id IN (SELECT unnest(app_workspace_ids())));
