-- Whom a model is for: the members it names, and whoever is a member at all.
CREATE OR REPLACE FUNCTION announce_people_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models((coalesce(NEW, OLD)).workspace_id);
  RETURN NULL;
END $$;
