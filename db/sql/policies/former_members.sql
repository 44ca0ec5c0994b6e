ALTER TABLE former_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_members FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON former_members USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- Housekeeping looks in every workspace for what is too old to be kept, and deletes it inside each.
CREATE POLICY visible_to_job ON former_members FOR SELECT USING (
  current_setting('app.job', true) = 'former-members' AND left_at <= now() - interval '2 years'
);
