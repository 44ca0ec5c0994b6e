CREATE OR REPLACE TRIGGER announce_models AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION announce_ended_workspace();
