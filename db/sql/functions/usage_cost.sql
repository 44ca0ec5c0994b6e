-- The cost of a line in micro-units, with prices in micro-units per million tokens, rounded up once.
CREATE OR REPLACE FUNCTION usage_cost(prompt_tokens integer, completion_tokens integer, input_price bigint, output_price bigint)
  RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN div(prompt_tokens::numeric * input_price + completion_tokens::numeric * output_price + 999999, 1000000)::bigint;
