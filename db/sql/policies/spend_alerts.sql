ALTER TABLE spend_alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE spend_alerts FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON spend_alerts USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_job ON spend_alerts FOR SELECT USING (current_setting('app.job', true) = 'spend-alerts');

CREATE POLICY while_looking ON spend_alerts AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
