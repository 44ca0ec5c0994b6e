-- Whoever is removed is named no more: should they come back, they are asked for anew.
CREATE OR REPLACE FUNCTION forget_member_of_models() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM model_members n WHERE n.workspace_id = OLD.workspace_id AND n.user_id = OLD.user_id;
  RETURN NULL;
END $$;
