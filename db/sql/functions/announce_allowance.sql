-- Announces that operators changed what a workspace may use. Instances remember that together with the workspace's
-- models.
CREATE OR REPLACE FUNCTION announce_allowance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models(NEW.id);
  RETURN NULL;
END $$;
