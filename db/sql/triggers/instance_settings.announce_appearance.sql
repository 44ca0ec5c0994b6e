CREATE OR REPLACE TRIGGER announce_appearance AFTER UPDATE OF product_name, logo_version, support_email, banner_tone, banner_text, terms_url ON instance_settings
  FOR EACH STATEMENT EXECUTE FUNCTION announce_appearance();
