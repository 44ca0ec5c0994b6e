ALTER TABLE looks ENABLE ROW LEVEL SECURITY;
ALTER TABLE looks FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON looks USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- An operator finds what they were granted before they are inside.
CREATE POLICY visible_to_looker ON looks FOR SELECT TO atelier_app USING (operator_id = app_user_id() AND status = 'granted');

-- An operator sees who asked to look where, and what became of it.
CREATE POLICY visible_to_operator ON looks FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));
