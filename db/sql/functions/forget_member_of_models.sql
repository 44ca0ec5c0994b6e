-- Removes a former member from the lists of models. If they join again, an Admin has to add them again.
CREATE OR REPLACE FUNCTION forget_member_of_models() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM model_members n WHERE n.workspace_id = OLD.workspace_id AND n.user_id = OLD.user_id;
  RETURN NULL;
END $$;
