CREATE OR REPLACE TRIGGER announce_providers AFTER UPDATE OF are_own_providers_allowed, own_provider_ranges ON instance_settings
  FOR EACH STATEMENT EXECUTE FUNCTION announce_providers();
