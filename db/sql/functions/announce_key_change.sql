-- Announces a change of a key. Instances remember live keys; any change that ends one is announced to all of them
-- when it commits.
CREATE OR REPLACE FUNCTION announce_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', OLD.id);
  RETURN NULL;
END $$;
