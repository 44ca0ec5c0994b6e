-- Copies the budgets of a key, and their temporary raises, to the key that takes over from it.
CREATE OR REPLACE FUNCTION pass_budgets_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO budgets (workspace_id, whose, span, subject, amount)
    SELECT b.workspace_id, 'key:' || NEW.replaced_by, b.span, b.subject, b.amount FROM budgets b
    WHERE b.workspace_id = NEW.workspace_id AND b.whose = 'key:' || NEW.id ON CONFLICT DO NOTHING;
  INSERT INTO limit_raises (workspace_id, whose, span, amount, ends_at)
    SELECT r.workspace_id, 'key:' || NEW.replaced_by, r.span, r.amount, r.ends_at FROM limit_raises r
    WHERE r.workspace_id = NEW.workspace_id AND r.whose = 'key:' || NEW.id AND r.ends_at > now() ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
