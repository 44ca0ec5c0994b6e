-- Instances remember keys and what their owners may: another role is another answer.
CREATE OR REPLACE FUNCTION announce_role_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', k.id) FROM api_keys k
    WHERE k.workspace_id = NEW.workspace_id AND k.created_by = NEW.user_id AND k.revoked_at IS NULL;
  RETURN NULL;
END $$;
