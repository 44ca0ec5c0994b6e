-- What operators let a workspace use is remembered with its models.
CREATE OR REPLACE FUNCTION announce_allowance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models(NEW.id);
  RETURN NULL;
END $$;
