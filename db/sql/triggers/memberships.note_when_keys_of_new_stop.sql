CREATE OR REPLACE TRIGGER note_when_keys_of_new_stop AFTER INSERT ON memberships FOR EACH ROW
  WHEN (NEW.ends_at IS NOT NULL) EXECUTE FUNCTION note_when_keys_of_member_stop();
