CREATE OR REPLACE TRIGGER end_looks AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.role = 'admin' AND (OLD.role IS DISTINCT FROM NEW.role OR (NEW.ends_at IS NOT NULL AND OLD.ends_at IS DISTINCT FROM NEW.ends_at)))
  EXECUTE FUNCTION end_looks_of_admin();
