ALTER TABLE workspace_icons ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_icons FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON workspace_icons USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON workspace_icons AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
