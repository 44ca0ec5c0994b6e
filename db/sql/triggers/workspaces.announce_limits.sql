CREATE OR REPLACE TRIGGER announce_limits AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.monthly_limit IS DISTINCT FROM NEW.monthly_limit OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION announce_limits();
