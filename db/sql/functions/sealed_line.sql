-- A line of the ledger as one text that is the same wherever it is computed: a JSON array without spaces (as RFC 8785 writes it) of what
-- `ledgerColumns` of server/usage/seals/columns.ts names, in that order. Prices of classes are null where a class had none of its own; a line
-- without an end user, tags and a route ends before the first that is missing up to the end, as lines did before there were any.
CREATE OR REPLACE FUNCTION sealed_line(l usage_ledger) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN '[' || concat_ws(',', to_json(l.workspace_id)::text, to_json(l.id)::text,
    to_json(to_char(l.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, coalesce(to_json(l.key_id)::text, 'null'),
    coalesce(to_json(l.member_id)::text, 'null'), to_json(l.model)::text, to_json(l.upstream_model)::text, to_json(l.operation)::text,
    l.is_streamed::text, l.status::text, coalesce(to_json(l.error_code)::text, 'null'),
    coalesce(to_json(l.model_server)::text, 'null'), coalesce(to_json(l.failover)::text, 'null'), to_json(l.usage_source)::text,
    coalesce(l.first_byte_ms::text, 'null'), l.total_ms::text, l.cost::text, l.prompt_tokens::text, l.input_price::text,
    l.completion_tokens::text, l.output_price::text,
    l.cache_read_tokens::text, coalesce(l.class_prices ->> 'cacheRead', 'null'), l.cache_write_tokens::text, coalesce(l.class_prices ->> 'cacheWrite', 'null'),
    l.audio_input_tokens::text, coalesce(l.class_prices ->> 'audioInput', 'null'), l.image_input_tokens::text, coalesce(l.class_prices ->> 'imageInput', 'null'),
    l.reasoning_tokens::text, coalesce(l.class_prices ->> 'reasoning', 'null'), l.audio_output_tokens::text, coalesce(l.class_prices ->> 'audioOutput', 'null'),
    l.seconds::text, coalesce(l.class_prices ->> 'second', 'null'), l.images::text, coalesce(l.class_prices ->> 'image', 'null'),
    l.pages::text, coalesce(l.class_prices ->> 'page', 'null'), l.characters::text, coalesce(l.class_prices ->> 'character', 'null'),
    coalesce(l.class_prices ->> 'request', 'null'), CASE WHEN coalesce(l.tags::text, l.end_user::text) IS NULL THEN to_json(l.route)::text
      ELSE concat_ws(',', coalesce(to_json(l.route)::text, 'null'), CASE WHEN l.end_user IS NULL THEN to_json(l.tags)::text
        ELSE concat_ws(',', coalesce(to_json(l.tags)::text, 'null'), to_json(l.end_user)::text) END) END) || ']';
