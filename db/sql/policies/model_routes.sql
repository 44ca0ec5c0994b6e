ALTER TABLE model_routes ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_routes FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON model_routes USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON model_routes AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
