CREATE OR REPLACE TRIGGER announce_keys AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN ((OLD.deleted_at, OLD.suspended_at, OLD.response_days) IS DISTINCT FROM (NEW.deleted_at, NEW.suspended_at, NEW.response_days)) EXECUTE FUNCTION announce_keys_of_workspace();
