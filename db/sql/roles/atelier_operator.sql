-- The role of the transactions of the instance's pages. It sees figures, names and states, column by column, and no
-- content of workspaces: no file, no prompt, no secret. It sees only the rows of policies that were made for it. The
-- application switches to this role for one transaction, and never has its rights otherwise.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atelier_operator') THEN
    CREATE ROLE atelier_operator NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster was migrated at the same moment
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not create roles: run "CREATE ROLE atelier_operator NOLOGIN; GRANT atelier_operator TO atelier_app WITH INHERIT FALSE, SET TRUE" once as an administrator';
END $$;

-- The application takes the role for one transaction; it never has its rights by itself.
DO $$ BEGIN
  IF NOT pg_has_role('atelier_app', 'atelier_operator', 'SET') THEN
    GRANT atelier_operator TO atelier_app WITH INHERIT FALSE, SET TRUE;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not grant roles: run "GRANT atelier_operator TO atelier_app WITH INHERIT FALSE, SET TRUE" once as an administrator';
END $$;

-- It has only the following rights, and none that an earlier version of this file granted.
DO $$
DECLARE
  granted regclass;
BEGIN
  FOR granted IN SELECT c.oid FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE') AND (
      EXISTS (SELECT FROM aclexplode(c.relacl) acl WHERE acl.grantee = 'atelier_operator'::regrole)
      OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) acl
        WHERE a.attrelid = c.oid AND acl.grantee = 'atelier_operator'::regrole))
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM atelier_operator', granted);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO atelier_operator;

-- The operators, and the instance's own audit log.
GRANT SELECT, INSERT, DELETE ON operators TO atelier_operator;
GRANT SELECT, INSERT ON audit_events TO atelier_operator;
GRANT SELECT ON audit_seals TO atelier_operator;
GRANT SELECT, INSERT ON audit_unsealed TO atelier_operator;

-- The throttling of actions.
GRANT SELECT, INSERT, UPDATE ON rate_buckets TO atelier_operator;

-- The settings of the whole instance.
GRANT SELECT, UPDATE ON instance_settings TO atelier_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON instance_logo TO atelier_operator;

-- The model providers of the instance. A stored key can be written but not read.
GRANT SELECT (id, name, url, has_key, state, models, tuned, endpoints, allowed_workspaces, changed_at, created_at), INSERT, UPDATE, DELETE
  ON instance_providers TO atelier_operator;

-- The sign-in providers that operators add. A stored secret can be written but not read; the result of a test is
-- encrypted.
GRANT SELECT (id, name, protocol, issuer, client_id, scope, sign_in_url, certificates, trust_email, email_claim, subject_claim, signs_requests, sign_out_url, client_authentication, is_enabled, groups_claim, is_missing_none, changed_at, created_at), INSERT, UPDATE, DELETE
  ON sign_in_providers TO atelier_operator;
GRANT SELECT ON sign_in_tests TO atelier_operator;

-- The keys of this instance for SAML providers. A private key can be written but not read.
GRANT SELECT (id, certificate, signs_since, created_at), INSERT, UPDATE (signs_since), DELETE ON saml_keys TO atelier_operator;

-- The domains that must sign in with a provider.
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_rules TO atelier_operator;

GRANT SELECT, INSERT, UPDATE ON environment_groups TO atelier_operator;

-- The group rules of providers. They are written inside the workspace.
GRANT SELECT (workspace_id, id, provider_id, environment, group_name, role, created_at, accepted_at, accepted_claim, accepted_client) ON group_rules TO atelier_operator;

-- Deleting a provider unlinks it from every account.
GRANT DELETE ON accounts TO atelier_operator;

-- The prices of models.
GRANT SELECT, INSERT, UPDATE, DELETE ON model_prices TO atelier_operator;

-- The retirements of base models.
GRANT SELECT, INSERT, UPDATE, DELETE ON base_retirements TO atelier_operator;

-- People: their names, addresses and last activity, but nothing that gives access: no hash and no public key.
GRANT SELECT (id, name, email, email_verified_at, avatar, created_at, deleted_at, deactivated_at, last_seen_at, time_zone, locale, week_start) ON users TO atelier_operator;
GRANT SELECT (id, user_id, created_at, last_seen_at, expires_at, ip, user_agent, provider, by_passkey) ON sessions TO atelier_operator;

-- The other data of a person, for their file (server/instance/people/file/).
GRANT SELECT (user_id, type, provider, provider_account_id) ON accounts TO atelier_operator;
GRANT SELECT (id, user_id, name, is_synced, created_at, last_used_at) ON passkeys TO atelier_operator;
GRANT SELECT (user_id, first_seen_at, last_seen_at) ON known_browsers TO atelier_operator;
GRANT SELECT (user_id, email, expires_at) ON email_changes TO atelier_operator;
GRANT SELECT (user_id, topic, created_at) ON mail_opt_outs TO atelier_operator;
GRANT SELECT (user_id, id, at, action, ip, user_agent) ON account_events TO atelier_operator;

-- Workspaces: their names, sizes, members, spending limits and spending.
GRANT SELECT (id, slug, name, name_key, kind, created_by, member_count, monthly_limit, created_at, deleted_at, purge_begun_at, suspended_at, suspended_reason,
    allowed_models, allowed_providers, most_requests_per_minute, most_tokens_per_minute, most_keys, most_members, most_file_bytes)
  ON workspaces TO atelier_operator;
GRANT SELECT (workspace_id, user_id, role, joined_at, last_active_at, ends_at) ON memberships TO atelier_operator;
GRANT SELECT (workspace_id, whose, span, subject, amount) ON budgets TO atelier_operator;
GRANT SELECT (workspace_id, span, period, subject, spent, reserved) ON spend_counters TO atelier_operator;

-- Keys: their number by owner, and whether they work. No other data of them.
GRANT SELECT (workspace_id, id, created_by, is_service, expires_at, revoked_at, disabled_at) ON api_keys TO atelier_operator;

-- Files: their total bytes. No other data of them.
GRANT SELECT ON file_totals TO atelier_operator;

-- Requests and cost by hour, and the number of running trainings, without model, member and key.
GRANT SELECT (workspace_id, hour, requests, errors, cost) ON usage_hourly TO atelier_operator;
GRANT SELECT (workspace_id, id, ended_at) ON fine_tuning_jobs TO atelier_operator;

-- The requests for higher ceilings, with their reasons.
GRANT SELECT (workspace_id, id, user_id, kind, whose, measure, amount, reason, audience, status, created_at) ON limit_requests TO atelier_operator;

-- The operators' requests to look inside workspaces, with their outcomes.
GRANT SELECT ON looks TO atelier_operator;

-- The usage of the whole instance, and the figures by which workspaces are sorted.
GRANT SELECT ON instance_days TO atelier_operator;
GRANT SELECT ON workspace_figures TO atelier_operator;

-- The mail server or provider. A stored password or key can be written but not read.
GRANT SELECT (id, kind, sender, host, port, encryption, username, has_secret, changed_at), INSERT, UPDATE, DELETE ON mail_route TO atelier_operator;

-- The state of mail: how many mails wait, which failed, and why. No content and no recipients.
GRANT SELECT (id, template, status, attempts, due_at, created_at, settled_at, last_error), UPDATE (due_at)
  ON mail_outbox TO atelier_operator;

-- The suppressed addresses, with the reasons. Operators allow them again here.
GRANT SELECT, DELETE ON suppressed_addresses TO atelier_operator;
