ALTER TABLE domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE domains FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON domains USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- A person with a verified address at a verified domain may see that it is open to them.
CREATE POLICY visible_to_address ON domains FOR SELECT USING (
  status = 'verified'
  AND domain = (SELECT split_part(u.email, '@', 2) FROM users u WHERE u.id = app_user_id() AND u.email_verified_at IS NOT NULL)
);

-- A person who claims a domain may learn that it is taken.
CREATE POLICY visible_to_claimant ON domains FOR SELECT USING (
  status = 'verified' AND domain = nullif(current_setting('app.claimed_domain', true), '')
);

-- The weekly check goes through the verified domains of all workspaces.
CREATE POLICY visible_to_check ON domains FOR SELECT USING (
  status = 'verified' AND proof = 'dns' AND current_setting('app.job', true) = 'domain-check'
);
