-- Not what is noted of mails.
CREATE OR REPLACE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE OF aliases, retires_at, successor, afterwards, rehearsal_ends_at ON base_retirements
  FOR EACH STATEMENT EXECUTE FUNCTION announce_base_retirements();
