ALTER TABLE file_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_totals FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON file_totals USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY while_looking ON file_totals AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- An operator sees how much room the files take.
CREATE POLICY visible_to_operator ON file_totals FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));
