ALTER TABLE usage_reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_reservations FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_reservations USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- Jobs look in every workspace for what is theirs to do, and see no more than that; they do it inside each workspace.
CREATE POLICY visible_to_job ON usage_reservations FOR SELECT USING (
  current_setting('app.job', true) = 'expired-reservations' AND expires_at < now()
);
