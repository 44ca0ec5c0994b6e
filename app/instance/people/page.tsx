import type { Metadata } from "next";
import { Flash } from "@/app/_ui/flash";
import { PageHeader } from "@/app/_ui/page-header";
import { orderOf, readDialog, withQuery } from "@/app/_ui/page-query";
import { api } from "@/server/composition/caller";
import { peopleSorts, peopleStates } from "@/server/instance/people/input";
import { ListCard } from "../_list/list-card";
import { type InstanceListQuery, instanceListInput, keptOf } from "../_list/list-query";
import { OperatorDialog } from "./operator-dialog";
import { PasskeysDialog } from "./passkeys-dialog";
import { PeopleTable } from "./people-table";
import { StateDialog } from "./state-dialog";

export const metadata: Metadata = { title: "People of the instance" };

const here = "/instance/people";
const news = new Map(
  Object.entries({
    "operator-made": "This person is now an operator.",
    "operator-ended": "This person is no longer an operator.",
    "passkeys-removed": "Passkeys removed. If a passkey is required, this person adds a new one at the next sign-in.",
    deactivated: "Deactivated. They are signed out everywhere.",
    reactivated: "Reactivated. They can sign in again.",
  }),
);

/** The dialogs that are about one person. */
const dialogs = new Set(["state", "operator", "passkeys"]);

type Props = { searchParams: Promise<InstanceListQuery & { dialog?: string; done?: string }> };

export default async function InstancePeople({ searchParams }: Props) {
  const query = await searchParams;
  const { instance, account } = await api();
  const input = instanceListInput(query, peopleSorts, peopleStates);
  const { dialog, about } = readDialog(query.dialog);
  const isAsked = about !== undefined && /^[0-9a-f-]{36}$/.test(about) && dialogs.has(dialog ?? "");
  const [page, self, plan] = await Promise.all([
    instance.people(input),
    account.get(),
    isAsked ? instance.deactivationPlan({ userId: about }) : null,
  ]);
  const list = withQuery(here, keptOf(query));
  return (
    <>
      <Flash news={news} done={query.done} />
      <PageHeader title="People" purpose="All people with an account here, and whether they can sign in." />
      <ListCard
        noun="people"
        searchHint="Beginning of a name or address"
        here={here}
        query={query}
        state={{ value: input.state, options: { all: "All", deactivated: "Deactivated", operators: "Operators" } }}
        page={page}
      >
        <PeopleTable
          rows={page.rows}
          list={list}
          selfId={self.id}
          sorting={
            query.q
              ? undefined
              : { path: here, kept: keptOf(query), sort: input.sort, otherwise: "newest", ...orderOf(query) }
          }
        />
      </ListCard>
      {plan && dialog === "state" && <StateDialog plan={plan} here={list} />}
      {plan && dialog === "operator" && (
        <OperatorDialog person={plan.person} isSelf={plan.person.id === self.id} here={list} />
      )}
      {plan && dialog === "passkeys" && <PasskeysDialog person={plan.person} here={list} />}
    </>
  );
}
