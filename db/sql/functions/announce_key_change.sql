-- Every instance remembers live keys for a moment. Whatever ends one, by whichever way, says so to all of them as it commits.
CREATE OR REPLACE FUNCTION announce_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', OLD.id);
  RETURN NULL;
END $$;
