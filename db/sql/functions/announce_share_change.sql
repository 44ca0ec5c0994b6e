CREATE OR REPLACE FUNCTION announce_share_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM announce_models(OLD.to_workspace_id);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM announce_models(NEW.to_workspace_id);
  END IF;
  RETURN NULL;
END $$;
