-- Announces that the models of a workspace have changed. Instances remember which models it may use. The channel is
-- the same as for keys, so that one check tells whether both are heard.
CREATE OR REPLACE FUNCTION announce_models(of_workspace uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('atelier_keys', 'models ' || of_workspace);
$$;
