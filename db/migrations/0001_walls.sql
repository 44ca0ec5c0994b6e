-- The second wall: the application works as a role that owns nothing and cannot step around row-level security, and
-- every tenant table shows it the rows of one workspace only, the one named by app.workspace_id.

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atelier_app') THEN
    CREATE ROLE atelier_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster was migrated at the same moment
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not create roles: run "CREATE ROLE atelier_app NOLOGIN; GRANT atelier_app TO %" once as an administrator', current_user;
END $$;
--> statement-breakpoint
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'atelier_app', 'SET') THEN
    EXECUTE format('GRANT atelier_app TO %I', current_user);
  END IF;
END $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public, drizzle TO atelier_app;
--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON users, accounts, sessions, verification_tokens, mail_outbox, workspaces, memberships, invitations, api_keys TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_events, account_events TO atelier_app;
--> statement-breakpoint
-- After a transaction that set them, custom settings are '' rather than null.
CREATE FUNCTION app_workspace_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.workspace_id', true), '')::uuid;
--> statement-breakpoint
CREATE FUNCTION app_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.user_id', true), '')::uuid;
--> statement-breakpoint
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON memberships USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_person ON memberships FOR SELECT USING (user_id = app_user_id());
--> statement-breakpoint
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON invitations USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_address ON invitations FOR SELECT USING (
  status = 'pending' AND email = (SELECT u.email FROM users u WHERE u.id = app_user_id() AND u.email_verified_at IS NOT NULL)
);
--> statement-breakpoint
-- Holding the token is the right to read the one offer it opens; reading is not accepting.
CREATE POLICY visible_to_holder ON invitations FOR SELECT USING (
  token_hash = decode(nullif(current_setting('app.invitation_token_hash', true), ''), 'hex')
);
--> statement-breakpoint
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON workspaces USING (id = app_workspace_id()) WITH CHECK (id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_member ON workspaces FOR SELECT USING (
  deleted_at IS NULL AND id IN (SELECT m.workspace_id FROM memberships m WHERE m.user_id = app_user_id())
);
--> statement-breakpoint
-- The inner query is itself under the policies of invitations: only offers made to this person, or held by token.
CREATE POLICY visible_to_invited ON workspaces FOR SELECT USING (
  deleted_at IS NULL AND id IN (SELECT i.workspace_id FROM invitations i WHERE i.workspace_id = workspaces.id)
);
--> statement-breakpoint
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON api_keys USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE POLICY visible_to_bearer ON api_keys FOR SELECT USING (id = nullif(current_setting('app.api_key_id', true), ''));
--> statement-breakpoint
-- A program presents a key before anybody knows whose it is. This finds that one row, in one round trip.
CREATE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, last_used_at timestamptz, expires_at timestamptz, is_live boolean)
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  RETURN QUERY
    SELECT k.workspace_id, k.secret_mac, k.pepper_version, k.last_used_at, k.expires_at,
           k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
    FROM api_keys k WHERE k.id = key_id;
END $$;
--> statement-breakpoint
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON audit_events USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());
--> statement-breakpoint
CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events EXECUTE FUNCTION refuse_rewriting_history();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_events EXECUTE FUNCTION refuse_rewriting_history();
