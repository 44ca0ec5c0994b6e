CREATE OR REPLACE TRIGGER count_bytes_changed AFTER UPDATE OF bytes, deleted_at ON files FOR EACH ROW
  WHEN ((OLD.bytes, OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.bytes, NEW.deleted_at IS NULL)) EXECUTE FUNCTION count_file_bytes();
