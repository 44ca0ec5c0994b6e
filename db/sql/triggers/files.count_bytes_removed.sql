CREATE OR REPLACE TRIGGER count_bytes_removed AFTER DELETE ON files FOR EACH ROW WHEN (OLD.deleted_at IS NULL) EXECUTE FUNCTION count_file_bytes();
