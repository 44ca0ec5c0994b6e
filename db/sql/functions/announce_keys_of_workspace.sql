-- Instances remember keys: that a workspace's have ended, or live again, is announced to all of them as it commits.
CREATE OR REPLACE FUNCTION announce_keys_of_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'workspace ' || NEW.id);
  RETURN NULL;
END $$;
