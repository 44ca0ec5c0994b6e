-- Takes from one bucket of requests or tokens a minute, or refuses. Answers how full it is then.
CREATE OR REPLACE FUNCTION take_per_minute(bucket text, because text, whose text, at_most integer, amount integer) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
  rate CONSTANT double precision := at_most / 60.0;
  filled double precision;
BEGIN
  IF amount > at_most THEN
    PERFORM refuse_usage(because, whose, at_most, amount, 60);
  END IF;
  INSERT INTO rate_buckets AS b (key, level, at) VALUES (bucket, amount, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET
      level = greatest(0, b.level - extract(epoch FROM clock_timestamp() - b.at) * rate) + amount, at = clock_timestamp()
    WHERE greatest(0, b.level - extract(epoch FROM clock_timestamp() - b.at) * rate) + amount <= at_most
    RETURNING b.level INTO filled;
  IF filled IS NULL THEN
    SELECT greatest(0, b.level - extract(epoch FROM clock_timestamp() - b.at) * rate) INTO filled FROM rate_buckets b WHERE b.key = bucket;
    PERFORM refuse_usage(because, whose, at_most, ceil(filled)::bigint, (filled + amount - at_most) / rate);
  END IF;
  RETURN filled;
END $$;
