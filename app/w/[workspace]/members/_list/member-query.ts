import { type ListQuery, listInput, orderOf, partsOf, type QueryValue } from "@/app/_ui/page-query";
import { type Role, roles } from "@/server/access/permissions";
import { memberSorts } from "@/server/members/input";

/** The query parameters of the members page. */
export type MemberQuery = ListQuery & { role?: string; dialog?: string; done?: string; chosen?: QueryValue };

/** Returns the role that the address filters by; "" is all roles. */
export const roleOf = ({ role }: MemberQuery): Role | "" => roles.find((each) => each === role) ?? "";

/** Returns the sort that the address asks for. */
export const sortOf = ({ sort }: MemberQuery) => memberSorts.find((each) => each === sort) ?? "joined";

/** Returns the whole query as the list procedure takes it. Invalid values are ignored. */
export const memberInput = (query: MemberQuery) => ({
  ...listInput(query),
  role: roleOf(query),
  sort: sortOf(query),
  ...orderOf(query),
});

/** Returns the query parameters that identify the list, without its page. */
export const listPart = (query: MemberQuery) => partsOf(query, ["q", "role", "sort", "order"]);
