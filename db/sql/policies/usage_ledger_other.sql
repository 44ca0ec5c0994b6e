-- No policy: a partition is reached through usage_ledger only.
ALTER TABLE usage_ledger_other ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_ledger_other FORCE ROW LEVEL SECURITY;
