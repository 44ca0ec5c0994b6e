CREATE OR REPLACE TRIGGER note_deleted AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN ((OLD.deleted_at, OLD.suspended_at) IS DISTINCT FROM (NEW.deleted_at, NEW.suspended_at)) EXECUTE FUNCTION note_deleted_workspace();
