CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON usage_ledger_other EXECUTE FUNCTION refuse_rewriting_history();
