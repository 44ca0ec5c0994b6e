CREATE OR REPLACE TRIGGER list_figures AFTER UPDATE OF suspended_at, deleted_at, purge_begun_at ON workspaces FOR EACH ROW
  WHEN ((OLD.suspended_at, OLD.deleted_at, OLD.purge_begun_at) IS DISTINCT FROM (NEW.suspended_at, NEW.deleted_at, NEW.purge_begun_at))
  EXECUTE FUNCTION list_figures();
