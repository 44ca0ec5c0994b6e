-- Instances remember how mail leaves them: each reads it again when it has changed.
CREATE OR REPLACE FUNCTION announce_mail_route() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'mail changed');
  RETURN NULL;
END $$;
