CREATE OR REPLACE TRIGGER announce_limits AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.monthly_limit IS DISTINCT FROM NEW.monthly_limit) EXECUTE FUNCTION announce_limits();
