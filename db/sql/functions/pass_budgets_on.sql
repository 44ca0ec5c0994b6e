-- A key that takes over from another has its budgets as well.
CREATE OR REPLACE FUNCTION pass_budgets_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO budgets (workspace_id, whose, span, subject, amount)
    SELECT b.workspace_id, 'key:' || NEW.replaced_by, b.span, b.subject, b.amount FROM budgets b
    WHERE b.workspace_id = NEW.workspace_id AND b.whose = 'key:' || NEW.id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
