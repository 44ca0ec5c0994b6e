ALTER TABLE fine_tuning_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE fine_tuning_files FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON fine_tuning_files USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY while_looking ON fine_tuning_files AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
