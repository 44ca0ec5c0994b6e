-- Removes a former member from the lists of models: if they join again, an Admin has to name them again.
CREATE OR REPLACE FUNCTION forget_member_of_models() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM model_members n WHERE n.workspace_id = OLD.workspace_id AND n.user_id = OLD.user_id;
  RETURN NULL;
END $$;
