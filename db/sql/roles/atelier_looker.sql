-- The role that the transactions of an operator work as who looks inside a workspace with an Admin's consent. It reads, and can change nothing: no
-- other right is granted. Of rows it sees the workspace's, while the policies `while_looking` find that the consent holds; of columns no secret. Prompts and
-- what files and batches hold are in tables that it has no right to.
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

-- It may do what follows and nothing that an earlier version of this file granted.
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

-- Who looks, and by whose consent.
GRANT SELECT ON looks, operators TO atelier_looker;

-- What is set for the whole instance, what models cost, and whether mail goes out.
GRANT SELECT ON instance_settings, model_prices, base_retirements TO atelier_looker;
GRANT SELECT (id, status, created_at, settled_at) ON mail_outbox TO atelier_looker;

-- The workspace, its members and their requests.
GRANT SELECT ON workspaces, workspace_icons, memberships, role_requests, user_avatars TO atelier_looker;
GRANT SELECT (id, name, email, email_verified_at, avatar, created_at, deleted_at, deactivated_at) ON users TO atelier_looker;

GRANT SELECT (workspace_id, id, invited_by, email, role, status, created_at, expires_at) ON invitations TO atelier_looker;

-- How much of a limit is used now.
GRANT SELECT ON rate_buckets TO atelier_looker;

-- Its keys: all but what they are checked by.
GRANT SELECT (workspace_id, id, name, last_four, created_by, created_at, expires_at, last_used_at, last_client, last_address, revoked_at, disabled_at, disabled_because, revoked_by_admin, disabled_by_admin, admin_bounds, is_service, kept_at, stops_at, workspace_deleted_at, scopes, models, ip_ranges, origins, requests_per_minute, tokens_per_minute, monthly_limit, replaced_by, rotated_from, counted_as, footprint_since, narrowed_from, reminded_days)
  ON api_keys TO atelier_looker;

-- Its limits, and what it used.
GRANT SELECT ON rate_limits, budgets, limit_raises, limit_requests, spend_alerts, spend_counters, usage_daily, usage_hourly, usage_ledger, usage_reservations, usage_leases, key_footprints
  TO atelier_looker;

-- By what its usage is told apart, and the views of lists that the operator has as a member: none.
GRANT SELECT ON usage_tags, end_users, end_user_usage, saved_views TO atelier_looker;

-- Its models, files and jobs by name and state. What is in a file is not in the database.
GRANT SELECT ON models, model_members, model_shares, model_routes, model_retirements, files, file_uploads, file_totals, fine_tuning_jobs, fine_tuning_files, fine_tuning_checkpoints, fine_tuning_events, batches
  TO atelier_looker;
