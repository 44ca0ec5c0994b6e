-- Announces a change of who may use a model: the members it names, and the members of the workspace.
CREATE OR REPLACE FUNCTION announce_people_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models((coalesce(NEW, OLD)).workspace_id);
  RETURN NULL;
END $$;
