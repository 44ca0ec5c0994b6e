ALTER TABLE spend_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE spend_counters FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON spend_counters USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_job ON spend_counters FOR SELECT USING (
  current_setting('app.job', true) = 'spend-alerts' AND subject = 'workspace'
);
