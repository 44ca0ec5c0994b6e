-- Adds the row of a new workspace to workspace_figures, so that lists which are ordered by these figures contain
-- every workspace.
CREATE OR REPLACE FUNCTION add_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workspace_figures (workspace_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
