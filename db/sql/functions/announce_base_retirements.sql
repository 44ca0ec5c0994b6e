-- Instances remember which base models end when: each reads them again when one of them has changed.
CREATE OR REPLACE FUNCTION announce_base_retirements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'retirements changed');
  RETURN NULL;
END $$;
