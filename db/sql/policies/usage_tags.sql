ALTER TABLE usage_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_tags FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_tags USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON usage_tags AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
