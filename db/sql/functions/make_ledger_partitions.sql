-- Creates the ledger's partitions ahead of time, because a partition cannot be created while its rows are in the
-- default one. Partitions are accessed through the ledger only: no role but the owner, which creates them at every
-- start and once an hour, has rights on them, and no policy shows their rows.
CREATE OR REPLACE FUNCTION make_ledger_partitions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month timestamptz;
  partition text;
BEGIN
  FOR ahead IN 0..2 LOOP
    month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)) AT TIME ZONE 'UTC';
    partition := 'usage_ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(hashtext('make_ledger_partitions'));
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I PARTITION OF usage_ledger FOR VALUES FROM (%L) TO (%L)', partition, month,
      (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    PERFORM wall_ledger_partition(partition);
  END LOOP;
END $$;
