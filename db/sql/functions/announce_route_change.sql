-- Instances remember the routes of a workspace. A change is announced to all of them as it commits.
CREATE OR REPLACE FUNCTION announce_route_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'routes ' || (coalesce(NEW, OLD)).workspace_id);
  RETURN NULL;
END $$;
