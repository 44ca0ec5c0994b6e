-- The cost of a line in micro-units, rounded up once. Tokens in `classes` cost their own price in `class_prices`, or
-- the input or output price if they have none there. Units (seconds, images, pages, characters, the request itself)
-- cost their own price. The planner cannot inline this function as it does usage_cost, so it is called only for lines
-- with `class_prices`.
CREATE OR REPLACE FUNCTION line_cost(prompt_tokens integer, completion_tokens integer, input_price bigint, output_price bigint, classes jsonb, class_prices jsonb)
  RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN div(prompt_tokens::numeric * input_price + completion_tokens::numeric * output_price
    + (SELECT coalesce(sum((classes ->> p.key)::numeric * (p.value::numeric - CASE
        WHEN p.key IN ('cacheRead', 'cacheWrite', 'audioInput', 'imageInput') THEN input_price
        WHEN p.key IN ('reasoning', 'audioOutput') THEN output_price ELSE 0 END)), 0)
      FROM jsonb_each_text(class_prices) p WHERE classes ? p.key) + 999999, 1000000)::bigint;
