CREATE OR REPLACE TRIGGER announce_removal AFTER DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION announce_key_change();
