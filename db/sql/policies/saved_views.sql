ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON saved_views USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON saved_views AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
