CREATE OR REPLACE TRIGGER end_looks_of_left AFTER DELETE ON memberships FOR EACH ROW
  WHEN (OLD.role = 'admin') EXECUTE FUNCTION end_looks_of_admin();
