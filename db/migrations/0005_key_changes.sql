-- Every instance remembers live keys for a moment. Whatever ends one, by whichever way, says so to all of them as it commits.
CREATE FUNCTION announce_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', OLD.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.workspace_id, OLD.id, OLD.secret_mac, OLD.pepper_version, OLD.expires_at, OLD.revoked_at)
    IS DISTINCT FROM (NEW.workspace_id, NEW.id, NEW.secret_mac, NEW.pepper_version, NEW.expires_at, NEW.revoked_at))
  EXECUTE FUNCTION announce_key_change();
--> statement-breakpoint
CREATE TRIGGER announce_removal AFTER DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION announce_key_change();
