CREATE OR REPLACE TRIGGER pass_budgets_on AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN (OLD.replaced_by IS DISTINCT FROM NEW.replaced_by AND NEW.replaced_by IS NOT NULL) EXECUTE FUNCTION pass_budgets_on();
