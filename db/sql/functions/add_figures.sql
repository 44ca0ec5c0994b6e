-- Makes the row of a new workspace's figures, so that the lists by them have it.
CREATE OR REPLACE FUNCTION add_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workspace_figures (workspace_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
