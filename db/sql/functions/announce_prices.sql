-- Announces a change of prices. Instances remember the prices and read them again.
CREATE OR REPLACE FUNCTION announce_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'prices changed');
  RETURN NULL;
END $$;
