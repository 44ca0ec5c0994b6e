CREATE OR REPLACE TRIGGER announce_limits AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.monthly_limit, OLD.requests_per_minute, OLD.tokens_per_minute, OLD.counted_as, OLD.created_by, OLD.is_service, OLD.revoked_at, OLD.disabled_at, OLD.expires_at, OLD.stops_at)
    IS DISTINCT FROM (NEW.monthly_limit, NEW.requests_per_minute, NEW.tokens_per_minute, NEW.counted_as, NEW.created_by, NEW.is_service, NEW.revoked_at, NEW.disabled_at, NEW.expires_at, NEW.stops_at))
  EXECUTE FUNCTION announce_limits();
