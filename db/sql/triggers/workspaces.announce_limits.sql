CREATE OR REPLACE TRIGGER announce_limits AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.monthly_limit IS DISTINCT FROM NEW.monthly_limit OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.suspended_at IS DISTINCT FROM NEW.suspended_at OR OLD.slug IS DISTINCT FROM NEW.slug OR OLD.undeclared_tags IS DISTINCT FROM NEW.undeclared_tags
    OR (OLD.most_requests_per_minute, OLD.most_tokens_per_minute) IS DISTINCT FROM (NEW.most_requests_per_minute, NEW.most_tokens_per_minute)
    OR (OLD.end_user_fields, OLD.end_user_names, OLD.missing_end_user) IS DISTINCT FROM (NEW.end_user_fields, NEW.end_user_names, NEW.missing_end_user)) EXECUTE FUNCTION announce_limits();
