-- Announces a change of model providers, or of whether workspaces may have their own. Instances remember both and
-- read them again.
CREATE OR REPLACE FUNCTION announce_providers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'providers changed');
  RETURN NULL;
END $$;
