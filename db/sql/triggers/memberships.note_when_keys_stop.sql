CREATE OR REPLACE TRIGGER note_when_keys_stop AFTER UPDATE ON memberships FOR EACH ROW
  WHEN (OLD.ends_at IS DISTINCT FROM NEW.ends_at) EXECUTE FUNCTION note_when_keys_of_member_stop();
