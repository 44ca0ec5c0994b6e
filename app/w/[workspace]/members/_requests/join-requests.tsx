import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { formatCount } from "@/app/_ui/format";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs, RowOf } from "@/server/composition/outputs";
import { approveRequest, declineRequest } from "../actions";
import { Answers, Asker, fewRequests } from "./request-parts";

type Props = { rows: Row[]; total: number; isFull: boolean; slug: string; defaultRole: string };

type Row = RowOf<Outputs["joinRequests"]["list"]>;

const columns = [{ label: "Person" }, { label: "Asked" }, { label: "Answer" }];

/** Draws the people who ask to join. */
export function JoinRequests({ rows, total, isFull, slug, defaultRole }: Props) {
  return (
    <Card
      className="mb-8"
      isFlush
      title="Requests to join"
      description={`${formatCount(total, "request")}${isFull ? ". Every seat is taken." : ""}`}
    >
      <Table label="Requests to join" columns={columns} isList={rows.length > fewRequests}>
        {rows.map((row) => (
          <TableRow key={row.id}>
            <TableCell kind="primary">
              <Asker name={row.name} email={row.email} />
              {row.isFormerMember && (
                <p data-glance className="mt-1">
                  <Badge tone="warning">Former member</Badge>
                </p>
              )}
            </TableCell>
            <TableCell label="Asked" isGlance className="text-ink-soft">
              <RelativeTime date={row.createdAt} />
            </TableCell>
            <TableCell>
              <Answers
                approve={approveRequest}
                decline={declineRequest}
                fields={{ workspace: slug, requestId: row.id }}
                approveFields={isFull ? { addSeat: "true" } : {}}
                approveLabel={isFull ? "Add a seat and approve" : "Approve"}
                role={defaultRole}
                roleLabel={`Role for ${row.name}`}
                about={row.name}
              />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
