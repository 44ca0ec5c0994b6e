-- Names the workspaces, their ids with commas between them, whose rows the rest of the transaction sees and writes (`is_in_batch`), in place of those
-- that it named before.
CREATE OR REPLACE FUNCTION begin_batch(workspaces text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.batch_' || digit, coalesce(string_agg(w, ','), ''), true)
    FROM unnest('{0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f}'::text[]) digit
    LEFT JOIN string_to_table(workspaces, ',') w ON left(w, 1) = digit GROUP BY digit;
END $$;
