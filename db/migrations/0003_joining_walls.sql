ALTER TABLE rate_buckets SET UNLOGGED;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_buckets, domains, join_requests, invite_links TO atelier_app;
--> statement-breakpoint
ALTER TABLE domains ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE domains FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON domains USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
-- Somebody with a verified address at a verified domain may see that it is open to them.
CREATE POLICY visible_to_address ON domains FOR SELECT USING (
  status = 'verified'
  AND domain = (SELECT split_part(u.email, '@', 2) FROM users u WHERE u.id = app_user_id() AND u.email_verified_at IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE join_requests ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE join_requests FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON join_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_person ON join_requests FOR SELECT USING (user_id = app_user_id());
--> statement-breakpoint
ALTER TABLE invite_links ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE invite_links FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON invite_links USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_holder ON invite_links FOR SELECT USING (
  token_hash = decode(nullif(current_setting('app.invite_link_hash', true), ''), 'hex')
);
--> statement-breakpoint
-- Who else may see that a workspace exists. One policy rather than several, so that the cheap and usual case, a member,
-- is asked first: the others are evaluated for each row. The inner queries are themselves under their tables' policies.
DROP POLICY visible_to_member ON workspaces;
--> statement-breakpoint
DROP POLICY visible_to_invited ON workspaces;
--> statement-breakpoint
CREATE POLICY visible ON workspaces FOR SELECT USING (
  deleted_at IS NULL AND (
    id IN (SELECT m.workspace_id FROM memberships m WHERE m.user_id = app_user_id())
    OR id IN (SELECT i.workspace_id FROM invitations i WHERE i.workspace_id = workspaces.id)
    OR id IN (SELECT d.workspace_id FROM domains d WHERE d.workspace_id = workspaces.id)
    OR id IN (SELECT r.workspace_id FROM join_requests r WHERE r.workspace_id = workspaces.id)
    OR id IN (SELECT l.workspace_id FROM invite_links l WHERE l.workspace_id = workspaces.id)
    OR (is_join_page_open AND slug = nullif(current_setting('app.join_slug', true), ''))
  )
);
--> statement-breakpoint
-- Whoever claims a domain may learn that it is taken.
CREATE POLICY visible_to_claimant ON domains FOR SELECT USING (
  status = 'verified' AND domain = nullif(current_setting('app.claimed_domain', true), '')
);
--> statement-breakpoint
-- The weekly check goes through the verified domains of all workspaces.
CREATE POLICY visible_to_check ON domains FOR SELECT USING (
  status = 'verified' AND proof = 'dns' AND current_setting('app.job', true) = 'domain-check'
);
