-- The number of the bucket, 1 to 32, for a duration: bucket i holds durations up to 10 ms * 2^((i-1)/2), the last one
-- all longer durations.
CREATE OR REPLACE FUNCTION latency_bucket(ms integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN least(32, greatest(1, ceil(2 * ln(greatest(ms, 1) / 10.0::float8) / ln(2::float8) - 1e-9)::int + 1));
