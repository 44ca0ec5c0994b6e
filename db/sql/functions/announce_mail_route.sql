-- Announces a change of how mail is sent. Instances remember that and read it again.
CREATE OR REPLACE FUNCTION announce_mail_route() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('atelier_keys', 'mail changed');
  RETURN NULL;
END $$;
