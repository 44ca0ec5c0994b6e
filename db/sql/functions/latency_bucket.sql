-- What a request through the gateway may cost is reserved before it starts and settled when it has ended. Both are functions,
-- so that each is one round trip and one transaction, whatever it touches. They run with the caller's rights, under the walls.

-- Which of 32 buckets a duration falls into: bucket i holds what took up to 10 ms * 2^((i-1)/2), the last one all that is longer.
CREATE OR REPLACE FUNCTION latency_bucket(ms integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN least(32, greatest(1, ceil(2 * ln(greatest(ms, 1) / 10.0::float8) / ln(2::float8) - 1e-9)::int + 1));
