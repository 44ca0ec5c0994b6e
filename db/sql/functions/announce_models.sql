-- Instances remember which models a workspace may use. Whatever changes that is announced to all of them as it commits, on
-- the channel on which they hear of keys: one sign that it is heard does for both.
CREATE OR REPLACE FUNCTION announce_models(of_workspace uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('atelier_keys', 'models ' || of_workspace);
$$;
