CREATE OR REPLACE TRIGGER note_when_keys_stop AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.expired_member_key_action IS DISTINCT FROM NEW.expired_member_key_action) EXECUTE FUNCTION note_when_keys_of_expired_members_stop();
