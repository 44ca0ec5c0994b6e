CREATE OR REPLACE TRIGGER announce_change AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.workspace_id, OLD.id, OLD.secret_mac, OLD.pepper_version, OLD.expires_at, OLD.stops_at, OLD.revoked_at, OLD.disabled_at,
      OLD.is_service, OLD.created_by, OLD.scopes, OLD.models, OLD.ip_ranges, OLD.origins)
    IS DISTINCT FROM (NEW.workspace_id, NEW.id, NEW.secret_mac, NEW.pepper_version, NEW.expires_at, NEW.stops_at, NEW.revoked_at,
      NEW.disabled_at, NEW.is_service, NEW.created_by, NEW.scopes, NEW.models, NEW.ip_ranges, NEW.origins))
  EXECUTE FUNCTION announce_key_change();
