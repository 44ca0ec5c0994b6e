GRANT SELECT, INSERT, UPDATE, DELETE ON usage_reservations, spend_counters, usage_hourly, rate_limits, spend_alerts TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON usage_ledger TO atelier_app;
--> statement-breakpoint
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['usage_ledger', 'usage_reservations', 'spend_counters', 'usage_hourly', 'rate_limits', 'spend_alerts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %I USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id())', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON usage_ledger EXECUTE FUNCTION refuse_rewriting_history();
--> statement-breakpoint
-- Jobs look in every workspace for what is theirs to do, and see no more than that; they do it inside each workspace.
CREATE POLICY visible_to_job ON usage_reservations FOR SELECT USING (
  current_setting('app.job', true) = 'expired-reservations' AND expires_at < now()
);
--> statement-breakpoint
CREATE POLICY visible_to_job ON spend_counters FOR SELECT USING (
  current_setting('app.job', true) = 'spend-alerts' AND subject = 'workspace'
);
--> statement-breakpoint
CREATE POLICY visible_to_job ON api_keys FOR SELECT USING (
  current_setting('app.job', true) = 'key-reminders' AND revoked_at IS NULL AND expires_at < now() + interval '7 days'
);
--> statement-breakpoint
-- Months ahead of time, since a partition cannot be made while rows that belong in it stand in the default one. A
-- partition is reached through the ledger only: nobody but the owner, who makes it at every start and once an hour, has any right on it, and no policy shows any of it.
CREATE FUNCTION make_ledger_partitions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz;
  partition text;
BEGIN
  FOR ahead IN 0..2 LOOP
    month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC';
    partition := 'usage_ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(hashtext('make_ledger_partitions'));
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I PARTITION OF usage_ledger FOR VALUES FROM (%L) TO (%L)', partition, month,
      (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    PERFORM wall_ledger_partition(partition);
  END LOOP;
END $$;
--> statement-breakpoint
CREATE FUNCTION wall_ledger_partition(partition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_rewriting_history()', partition);
END $$;
--> statement-breakpoint
SELECT make_ledger_partitions();
--> statement-breakpoint
-- Should nobody have made a month's partition, its rows still have a place.
CREATE TABLE usage_ledger_other PARTITION OF usage_ledger DEFAULT;
--> statement-breakpoint
SELECT wall_ledger_partition('usage_ledger_other');
--> statement-breakpoint
DROP FUNCTION api_key_by_id(text);
--> statement-breakpoint
-- A program presents a key before anybody knows whose it is. This finds that one row, in one round trip.
CREATE FUNCTION api_key_by_id(key_id text)
  RETURNS TABLE (workspace_id uuid, secret_mac bytea, pepper_version smallint, expires_at timestamptz, is_live boolean,
    member_id uuid, scopes jsonb, models jsonb, ip_ranges jsonb)
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.api_key_id', key_id, true);
  RETURN QUERY
    SELECT k.workspace_id, k.secret_mac, k.pepper_version, k.expires_at,
           k.revoked_at IS NULL AND k.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()),
           CASE WHEN k.is_service THEN NULL ELSE k.created_by END,
           to_jsonb(k.scopes), to_jsonb(k.models), to_jsonb(k.ip_ranges)
    FROM api_keys k WHERE k.id = key_id;
END $$;
--> statement-breakpoint
-- Instances remember keys: whatever changes what one opens is announced. What only notes its use is not.
DROP TRIGGER announce_change ON api_keys;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.workspace_id, OLD.id, OLD.secret_mac, OLD.pepper_version, OLD.expires_at, OLD.revoked_at, OLD.disabled_at,
      OLD.is_service, OLD.created_by, OLD.scopes, OLD.models, OLD.ip_ranges)
    IS DISTINCT FROM (NEW.workspace_id, NEW.id, NEW.secret_mac, NEW.pepper_version, NEW.expires_at, NEW.revoked_at,
      NEW.disabled_at, NEW.is_service, NEW.created_by, NEW.scopes, NEW.models, NEW.ip_ranges))
  EXECUTE FUNCTION announce_key_change();
