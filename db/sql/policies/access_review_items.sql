ALTER TABLE access_review_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_review_items FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON access_review_items USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
