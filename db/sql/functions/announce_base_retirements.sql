-- Announces a change of the retirement of base models. Instances remember these dates and read them again.
CREATE OR REPLACE FUNCTION announce_base_retirements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'retirements changed');
  RETURN NULL;
END $$;
