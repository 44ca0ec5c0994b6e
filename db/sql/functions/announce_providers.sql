-- Instances remember the model providers and whether workspaces may have their own: each reads them again when something of it has changed.
CREATE OR REPLACE FUNCTION announce_providers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'providers changed');
  RETURN NULL;
END $$;
