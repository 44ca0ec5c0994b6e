CREATE OR REPLACE TRIGGER note_when_keys_stop AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.keys_of_ended IS DISTINCT FROM NEW.keys_of_ended) EXECUTE FUNCTION note_when_keys_of_ended_stop();
