-- Whether the person of the transaction is an operator now.
CREATE OR REPLACE FUNCTION app_is_operator() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM operators o JOIN users u ON u.id = o.user_id
    WHERE o.user_id = app_user_id() AND u.deactivated_at IS NULL AND u.deleted_at IS NULL)
$$;
