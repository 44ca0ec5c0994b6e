-- Announces a change of a member's role. Instances remember keys together with what the owner's role allows.
CREATE OR REPLACE FUNCTION announce_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', k.id) FROM api_keys k
    WHERE k.workspace_id = NEW.workspace_id AND k.created_by = NEW.user_id AND k.revoked_at IS NULL;
  RETURN NULL;
END $$;
