-- Instances remember how they present themselves: each reads it again when something of it has changed.
CREATE OR REPLACE FUNCTION announce_appearance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'appearance changed');
  RETURN NULL;
END $$;
