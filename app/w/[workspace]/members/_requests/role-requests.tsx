import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { approveRoleRequest, declineRoleRequest } from "../actions";
import { Answers, Asker, fewRequests } from "./request-parts";

type Row = RowOf<Outputs["roleRequests"]["list"]>;

const columns = [{ label: "Member" }, { label: "Asks for" }, { label: "Asked" }, { label: "Answer" }];

/** Draws the members who ask for another role. */
export function RoleRequests({ rows, total, slug }: { rows: Row[]; total: number; slug: string }) {
  return (
    <Card className="mb-8" isFlush title="Role requests" description={formatCount(total, "request")}>
      <Table label="Role requests" columns={columns} isList={rows.length > fewRequests}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell kind="primary">
              <Asker name={row.name} email={row.email} />
            </TableCell>
            <TableCell label="Asks for" isGlance>
              <span>
                {roleText[row.role].name}
                <span className="when-open block text-[0.8125rem] text-ink-soft">
                  is {roleText[row.currentRole].name}
                </span>
              </span>
            </TableCell>
            <TableCell label="Asked" className="text-ink-soft">
              <RelativeTime date={row.createdAt} />
            </TableCell>
            <TableCell>
              <Answers
                approve={approveRoleRequest}
                decline={declineRoleRequest}
                fields={{ workspace: slug, roleRequestId: row.id }}
                role={row.role}
                roleLabel={`New role for ${row.name}`}
                about={`the role of ${row.name}`}
              />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
