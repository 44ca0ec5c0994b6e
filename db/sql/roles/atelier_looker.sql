-- The role of the transactions of an operator who looks inside a workspace with an Admin's consent. It can read, and
-- change nothing: it has no other right. It sees the workspace's rows while the policies `while_looking` find a current
-- grant, and no columns with secrets. Prompts and the contents of files and batches are in tables that it may not read.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'atelier_looker') THEN
    CREATE ROLE atelier_looker NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster was migrated at the same moment
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not create roles: run "CREATE ROLE atelier_looker NOLOGIN; GRANT atelier_looker TO atelier_app WITH INHERIT FALSE, SET TRUE" once as an administrator';
END $$;

DO $$ BEGIN
  IF NOT pg_has_role('atelier_app', 'atelier_looker', 'SET') THEN
    GRANT atelier_looker TO atelier_app WITH INHERIT FALSE, SET TRUE;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role of DATABASE_URL may not grant roles: run "GRANT atelier_looker TO atelier_app WITH INHERIT FALSE, SET TRUE" once as an administrator';
END $$;

-- It has only the following rights, and none that an earlier version of this file granted.
DO $$
DECLARE
  granted regclass;
BEGIN
  FOR granted IN SELECT c.oid FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE') AND (
      EXISTS (SELECT FROM aclexplode(c.relacl) acl WHERE acl.grantee = 'atelier_looker'::regrole)
      OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) acl
        WHERE a.attrelid = c.oid AND acl.grantee = 'atelier_looker'::regrole))
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM atelier_looker', granted);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO atelier_looker;

-- The operators who look inside, and the grants.
GRANT SELECT ON looks, operators TO atelier_looker;

-- The settings of the whole instance, the prices of models, and whether mail is sent.
GRANT SELECT ON instance_settings, model_prices, base_retirements TO atelier_looker;
GRANT SELECT (id, status, created_at, settled_at) ON mail_outbox TO atelier_looker;

-- The workspace, its members and their requests.
GRANT SELECT ON workspaces, workspace_icons, memberships, role_requests, user_avatars TO atelier_looker;
GRANT SELECT (id, name, email, email_verified_at, avatar, created_at, deleted_at, deactivated_at) ON users TO atelier_looker;

GRANT SELECT (workspace_id, id, invited_by, email, role, status, created_at, expires_at) ON invitations TO atelier_looker;

-- How much of a limit is used at the moment.
GRANT SELECT ON rate_buckets TO atelier_looker;

-- Its keys, without the columns for checking their secrets.
GRANT SELECT (workspace_id, id, name, last_four, created_by, created_at, expires_at, last_used_at, last_client, last_address, revoked_at, disabled_at, disabled_because, revoked_by_admin, disabled_by_admin, admin_bounds, is_service, kept_at, stops_at, workspace_deleted_at, scopes, models, ip_ranges, origins, requests_per_minute, tokens_per_minute, monthly_limit, replaced_by, rotated_from, counted_as, footprint_since, narrowed_from, reminded_days)
  ON api_keys TO atelier_looker;

-- Its limits and its usage.
GRANT SELECT ON rate_limits, budgets, limit_raises, limit_requests, spend_alerts, spend_counters, usage_daily, usage_hourly, usage_ledger, usage_reservations, usage_leases, key_footprints
  TO atelier_looker;

-- Its tags and end users, and the operator's own saved views, of which there are none.
GRANT SELECT ON usage_tags, end_users, end_user_usage, saved_views TO atelier_looker;

-- Its models, files and jobs by name and state. The contents of files are not in the database.
GRANT SELECT ON models, model_members, model_shares, model_routes, model_retirements, files, file_uploads, file_totals, fine_tuning_jobs, fine_tuning_files, fine_tuning_checkpoints, fine_tuning_events, batches
  TO atelier_looker;
