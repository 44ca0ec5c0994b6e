-- Instances remember what models cost: each reads the prices again when one of them has changed.
CREATE OR REPLACE FUNCTION announce_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'prices changed');
  RETURN NULL;
END $$;
