CREATE OR REPLACE TRIGGER announce_allowance AFTER UPDATE OF allowed_models, allowed_providers ON workspaces FOR EACH ROW
  WHEN (OLD.allowed_models IS DISTINCT FROM NEW.allowed_models OR OLD.allowed_providers IS DISTINCT FROM NEW.allowed_providers)
  EXECUTE FUNCTION announce_allowance();
