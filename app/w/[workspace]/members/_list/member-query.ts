import { type ListQuery, listInput, orderOf, partsOf, type QueryValue } from "@/app/_ui/page-query";
import { type Role, roles } from "@/server/access/permissions";
import { memberSorts } from "@/server/members/input";

/** What the address of the members page says. */
export type MemberQuery = ListQuery & { role?: string; dialog?: string; done?: string; chosen?: QueryValue };

/** Returns the role the address asks for; "" is all. */
export const roleOf = ({ role }: MemberQuery): Role | "" => roles.find((each) => each === role) ?? "";

/** Returns how the address asks the list to be sorted. */
export const sortOf = ({ sort }: MemberQuery) => memberSorts.find((each) => each === sort) ?? "joined";

/** Returns the address as the list takes it; what it says wrong is as if it said nothing. */
export const memberInput = (query: MemberQuery) => ({
  ...listInput(query),
  role: roleOf(query),
  sort: sortOf(query),
  ...orderOf(query),
});

/** Returns what of the address says which list this is, without the page one is on. */
export const listPart = (query: MemberQuery) => partsOf(query, ["q", "role", "sort", "order"]);
