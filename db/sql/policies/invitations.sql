ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON invitations USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_address ON invitations FOR SELECT USING (
  status = 'pending' AND email = (SELECT u.email FROM users u WHERE u.id = app_user_id() AND u.email_verified_at IS NOT NULL)
);

-- Holding the token is the right to read the one offer it opens; reading is not accepting.
CREATE POLICY visible_to_holder ON invitations FOR SELECT USING (
  token_hash = decode(nullif(current_setting('app.invitation_token_hash', true), ''), 'hex')
);

-- The job looks in every workspace for the invitations it has to remind of, and sees no more than that; it reminds inside each.
CREATE POLICY visible_to_job ON invitations FOR SELECT USING (
  current_setting('app.job', true) = 'invitation-reminders' AND status = 'pending' AND reminded_at IS NULL
  AND expires_at > now() AND expires_at <= now() + interval '2 days'
);

-- Whether an address may make an account here, where accounts are for invited people: asked before there is a person.
CREATE POLICY visible_to_sign_up ON invitations FOR SELECT USING (
  status = 'pending' AND expires_at > now() AND email = nullif(current_setting('app.sign_up_address', true), '')
);

CREATE POLICY while_looking ON invitations AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
