-- Announces that all keys of a workspace have ended or are live again. Instances remember keys and forget these.
CREATE OR REPLACE FUNCTION announce_keys_of_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'workspace ' || NEW.id);
  RETURN NULL;
END $$;
