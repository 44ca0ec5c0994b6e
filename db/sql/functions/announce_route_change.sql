-- Announces a change of a workspace's routes to all instances when it commits. Instances remember routes.
CREATE OR REPLACE FUNCTION announce_route_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'routes ' || (coalesce(NEW, OLD)).workspace_id);
  RETURN NULL;
END $$;
