import type { Metadata } from "next";
import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { formatNumber } from "@/app/_ui/format";
import { Notice, type Tone } from "@/app/_ui/notice";
import { PageHeader } from "@/app/_ui/page-header";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { api } from "@/server/composition/caller";
import type { Outputs } from "@/server/composition/outputs";
import { planSignInRule } from "@/server/instance/sign-in/rules/input";
import { RequireForm } from "./require-form";

export const metadata: Metadata = { title: "Require a sign-in provider" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };
type Plan = Outputs["instance"]["planSignInRule"];

export default async function Required({ searchParams }: Props) {
  const { domain, provider } = await searchParams;
  const asked = planSignInRule.safeParse({ domain, provider });
  const { instance } = await api();
  // A frame that the browser already has is not rendered again, so each page checks the access itself.
  await instance.enter();
  const plan = asked.success ? await instance.planSignInRule(asked.data) : null;
  return (
    <>
      <PageHeader
        title="Require a sign-in provider"
        purpose="A preview of the effects. Nothing is changed until you confirm."
        action={<LinkButton href="/instance/sign-in">Sign-in</LinkButton>}
      />
      {plan && asked.success ? (
        <Shown plan={plan} rule={asked.data} />
      ) : (
        <Notice tone="warning">{asked.error?.issues[0]?.message ?? "Enter a domain and a provider."}</Notice>
      )}
    </>
  );
}

function Shown({ plan, rule }: { plan: Plan; rule: { domain: string; provider: string } }) {
  const { counts, otherSessions, people, name } = plan;
  const isHarmless = counts.locked_out === 0;
  return (
    <div className="flex flex-col gap-6">
      <Notice
        tone={isHarmless ? "info" : "danger"}
        role="note"
        title={
          isHarmless
            ? `No person of ${rule.domain} would be locked out`
            : `Locked out of ${rule.domain}: ${formatNumber(counts.locked_out)}`
        }
      >
        {formatNumber(counts.linked)} have linked {name}. {formatNumber(counts.by_address)} have not: {name} signs them
        in by their address, if it reports the address as verified, and is then linked. Exempt:{" "}
        {formatNumber(counts.exempt)}. Sessions of {formatNumber(otherSessions)} were started in another way and end at
        once.
      </Notice>
      <Card
        isFlush
        title="People"
        description="Those locked out first, then those who have not linked it; at most 200."
      >
        <Table label="People" columns={[{ label: "Person" }, { label: "Afterwards" }, { label: "Signed in now" }]}>
          {people.map((person) => (
            <TableRow key={person.id}>
              <TableCell kind="primary" className="wrap-anywhere">
                {person.name}
                <span className="block text-[0.8125rem] text-ink-faint">{person.email}</span>
              </TableCell>
              <TableCell label="Afterwards">
                <Badge tone={standings[person.standing].tone}>{standings[person.standing].label}</Badge>
              </TableCell>
              <TableCell label="Signed in now">{person.hasOtherSession ? "in another way" : "not otherwise"}</TableCell>
            </TableRow>
          ))}
        </Table>
      </Card>
      <RequireForm {...rule} lockedOut={counts.locked_out} />
    </div>
  );
}

const standings: Record<
  Plan["people"][number]["standing"],
  { label: string; tone: Extract<Tone, "success" | "warning" | "danger"> | "neutral" }
> = {
  linked: { label: "Has linked it", tone: "success" },
  by_address: { label: "By address", tone: "warning" },
  exempt: { label: "Exempt", tone: "neutral" },
  locked_out: { label: "Locked out", tone: "danger" },
};
