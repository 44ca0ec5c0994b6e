import { Card } from "@/app/_ui/card";
import { Table, TableCell, TableRow } from "@/app/_ui/table";
import { RelativeTime } from "@/app/_ui/time";
import type { Outputs } from "@/server/composition/outputs";

type Certificates = NonNullable<Outputs["instance"]["signInProvider"]["saml"]>["certificates"];

/** Draws the certificates that a SAML provider may sign with, in the form in which providers show them. */
export function CertificatesCard({ certificates }: { certificates: Certificates }) {
  return (
    <Card
      isFlush
      title="Signed with"
      description="Only answers signed with these certificates are accepted. Compare the fingerprints with the provider's."
    >
      <Table
        label="Certificates"
        columns={[{ label: "Certificate" }, { label: "SHA-256 fingerprint" }, { label: "Expires" }]}
      >
        {certificates.map(({ subject, fingerprint, validTo }) => (
          <TableRow key={fingerprint}>
            <TableCell kind="primary" className="wrap-anywhere">
              {subject || "no subject"}
            </TableCell>
            <TableCell label="SHA-256 fingerprint" className="wrap-anywhere font-mono text-[0.8125rem]">
              {fingerprint}
            </TableCell>
            <TableCell label="Expires">
              <RelativeTime date={validTo} />
            </TableCell>
          </TableRow>
        ))}
      </Table>
    </Card>
  );
}
