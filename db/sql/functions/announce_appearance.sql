-- Announces a change of the instance's appearance. Instances remember the appearance and read it again.
CREATE OR REPLACE FUNCTION announce_appearance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'appearance changed');
  RETURN NULL;
END $$;
