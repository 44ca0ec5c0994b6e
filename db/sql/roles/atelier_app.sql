-- The role that the application works as. It owns nothing and cannot bypass row-level security.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atelier_app') THEN
    CREATE ROLE atelier_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster was migrated at the same moment
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not create roles: run "CREATE ROLE atelier_app NOLOGIN; GRANT atelier_app TO %" once as an administrator', current_user;
END $$;

DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'atelier_app', 'SET') THEN
    EXECUTE format('GRANT atelier_app TO %I', current_user);
  END IF;
END $$;

-- It has only the following rights, and none that an earlier version of this file granted.
DO $$
DECLARE
  granted regclass;
BEGIN
  FOR granted IN SELECT DISTINCT c.oid FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace) AND c.relkind IN ('r', 'p')
      AND a.grantee = 'atelier_app'::regrole AND pg_has_role(c.relowner, 'USAGE')
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM atelier_app', granted);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public, drizzle TO atelier_app;

-- Whether this build's migrations and SQL have been applied.
GRANT SELECT ON drizzle.__drizzle_migrations, drizzle.sql_builds TO atelier_app;

-- History can only be inserted and read.
GRANT SELECT, INSERT ON audit_events, audit_seals, account_events, usage_ledger, usage_seals, usage_daily, workspace_slugs, key_peppers TO atelier_app;

GRANT SELECT, INSERT, DELETE ON audit_unsealed TO atelier_app;

-- The operators: inserted when they sign in, and deleted with their account.
GRANT SELECT, INSERT, DELETE ON operators TO atelier_app;

-- The operators' settings, which only they change.
GRANT SELECT ON instance_settings, instance_logo, instance_providers, sign_in_providers, sign_in_rules, environment_groups, model_prices, mail_route, base_retirements TO atelier_app;
GRANT UPDATE (mailed_days, mail_at, mailed_to) ON base_retirements TO atelier_app;

-- The keys of this instance for SAML providers: the application makes the first one when it is needed; only operators
-- change them.
GRANT SELECT, INSERT ON saml_keys TO atelier_app;

-- The figures of the instance for operators; a job derives them.
GRANT SELECT, INSERT, UPDATE ON instance_days TO atelier_app;

-- The outages of model servers about which operators were mailed.
GRANT SELECT, INSERT, UPDATE ON provider_outages TO atelier_app;

-- Suppressed addresses: bounces and complaints add them, and only operators allow them again.
GRANT SELECT, INSERT ON suppressed_addresses TO atelier_app;
GRANT SELECT, INSERT, DELETE ON mail_events TO atelier_app;

-- A purge deletes them.
GRANT SELECT, INSERT, DELETE ON fine_tuning_events TO atelier_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON
  -- people and how they sign in
  users, accounts, sessions, verification_tokens, passkeys, passkey_challenges, sign_in_tests, saml_answers, logout_tokens, email_changes, known_browsers, user_avatars,
  -- workspaces and who joins them
  workspaces, workspace_icons, memberships, access_review_plans, access_reviews, access_review_items, saved_views, role_requests, invitations, invite_links, domains, group_rules, join_requests, former_members,
  -- keys, limits and spending
  api_keys, key_footprints, rate_limits, rate_buckets, budgets, limit_raises, limit_requests, looks, spend_alerts, alert_webhooks, webhook_deliveries, workspace_figures, spend_counters, usage_instances, usage_leases, usage_reservations, usage_unsealed,
  usage_hourly, end_user_usage,
  -- models and files
  models, model_members, model_shares, model_routes, model_retirements, usage_tags, end_users, playground_presets, workspace_providers, files, file_uploads, file_totals, fine_tuning_jobs, fine_tuning_files, fine_tuning_checkpoints,
  batches, batch_lines, batch_charges,
  -- responses that programs refer to
  kept_responses,
  -- mail
  mail_outbox, mail_opt_outs
  TO atelier_app;
