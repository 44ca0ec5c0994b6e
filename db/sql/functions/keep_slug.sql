-- Reserves a slug for the workspace that has or had it. Another workspace that takes it fails as with a unique index.
CREATE OR REPLACE FUNCTION keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workspace_slugs (slug, workspace_id) VALUES (NEW.slug, NEW.id) ON CONFLICT DO NOTHING;
  IF NOT EXISTS (SELECT FROM workspace_slugs s WHERE s.slug = NEW.slug AND s.workspace_id = NEW.id) THEN
    RAISE EXCEPTION 'the slug is taken' USING ERRCODE = 'unique_violation', CONSTRAINT = 'workspace_slugs_pkey', TABLE = 'workspace_slugs';
  END IF;
  RETURN NULL;
END $$;
