-- Announces a change of limits. Instances remember which limits apply to a key or a member; every change is announced
-- to all of them when it commits.
CREATE OR REPLACE FUNCTION announce_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'limits ' || coalesce(to_jsonb(NEW) ->> 'workspace_id', to_jsonb(OLD) ->> 'workspace_id', to_jsonb(NEW) ->> 'id'));
  RETURN NULL;
END $$;
