CREATE OR REPLACE TRIGGER count_bytes_added AFTER INSERT ON files FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION count_file_bytes();
