CREATE OR REPLACE TRIGGER note_when_it_stops BEFORE INSERT OR UPDATE OF is_service ON api_keys FOR EACH ROW EXECUTE FUNCTION note_when_key_stops();
