import { Card } from "@/app/_ui/card";
import { ProgramList } from "./_shared/program-list";

/** Draws what to set in each program, with this server's address. */
export function ConnectCard({ baseUrl }: { baseUrl: string }) {
  return (
    <Card title="Connect a program" description="What to set in it. Put your key, and a model's id, where it says so.">
      <ProgramList baseUrl={baseUrl} />
    </Card>
  );
}
