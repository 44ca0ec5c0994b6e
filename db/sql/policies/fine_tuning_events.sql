ALTER TABLE fine_tuning_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE fine_tuning_events FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON fine_tuning_events USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY while_looking ON fine_tuning_events AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
