import { Badge } from "@/app/_ui/badge";
import { formatCount } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { roleText } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";

type Plan = NonNullable<NonNullable<Outputs["instance"]["signInProvider"]["test"]>["groups"]>;

const problems: Record<NonNullable<Plan["problem"]>, string> = {
  missing: "The claim is in neither the ID token nor userinfo. Nothing would be changed.",
  by_reference:
    "The claim was sent as a reference, which Atelier does not follow. Nothing would be changed. Entra does so for people in more than 200 groups: configure it to send only the groups that are assigned to the application.",
  not_text: "The claim is not a list of texts. Nothing would be changed.",
  too_many: "The claim has more than 10,000 groups. Nothing would be changed.",
};

/** Draws the effects of the groups of a test sign-in. */
export function GroupPlan({ plan: { claim, problem, isMissingNone, groups, rules } }: { plan: Plan }) {
  if (problem !== null && !(problem === "missing" && isMissingNone))
    return (
      <Notice tone="warning" title={`Groups in “${claim}”`}>
        {problems[problem]}
      </Notice>
    );
  const what =
    problem === "missing"
      ? `The claim “${claim}” is missing, which counts as no groups: memberships created by groups would end.`
      : `${formatCount(groups, "group")} in “${claim}”. ${rules.length > 0 ? "These rules would apply:" : "No rule names one of them."}`;
  return (
    <section aria-label="Groups" className="flex flex-col gap-2">
      <h3 className="font-medium">Groups</h3>
      <p className="text-ink-soft">{what}</p>
      {rules.length > 0 && (
        <Table
          label="What the groups would do"
          columns={[{ label: "Group" }, { label: "Workspace" }, { label: "Role" }]}
        >
          {rules.map((rule) => (
            <TableRow key={`${rule.group} ${rule.slug}`}>
              <TableCell kind="primary" className="wrap-anywhere">
                {rule.group}
              </TableCell>
              <TableCell label="Workspace" className="wrap-anywhere">
                {rule.workspace} {!rule.isInForce && <Badge tone="warning">Waits for an Admin</Badge>}
              </TableCell>
              <TableCell label="Role">{roleText[rule.role as keyof typeof roleText].name}</TableCell>
            </TableRow>
          ))}
        </Table>
      )}
    </section>
  );
}
