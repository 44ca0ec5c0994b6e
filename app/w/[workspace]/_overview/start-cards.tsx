import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { CodeBlock } from "@/app/_ui/code-block";
import { firstRequest } from "@/app/w/[workspace]/_shared/first-request";
import { ProgramList } from "@/app/w/[workspace]/_shared/program-list";

type Endpoint = { baseUrl: string; model: string | null };

const about = ({ model }: Endpoint) =>
  model
    ? "Say hello to a model. Insert your key in the marked place."
    : "List the models this workspace can use. Insert your key in the marked place.";
const connecting = "The settings for each program. Insert your key and a model's id in the marked places.";

/** Shows a first request and the settings for programs, in a workspace without any usage. */
export function StartCards({ endpoint }: { endpoint: Endpoint }) {
  return (
    <>
      <Card id="first-request" title="Make a first request" description={about(endpoint)} className="scroll-mt-4">
        <CodeBlock label="A first request" samples={firstRequest(endpoint.baseUrl, endpoint.model)} />
      </Card>
      <Card title="Connect a program" description={connecting}>
        <ProgramList baseUrl={endpoint.baseUrl} />
      </Card>
    </>
  );
}

/** Shows the settings for programs in a collapsed card. */
export function ConnectCard({ endpoint }: { endpoint: Endpoint }) {
  return (
    <Card id="first-request" title="Connect" description="The address is the same for every program." isFlush>
      <div className="divide-y divide-hairline">
        <Fold title="Make a request" text={about(endpoint)}>
          <CodeBlock label="A first request" samples={firstRequest(endpoint.baseUrl, endpoint.model)} />
        </Fold>
        <Fold title="Connect a program" text={connecting}>
          <ProgramList baseUrl={endpoint.baseUrl} />
        </Fold>
      </div>
    </Card>
  );
}

function Fold({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <details>
      <summary className="cursor-pointer px-4 py-3 hover:bg-sunken/40 focus-visible:-outline-offset-2 md:px-5">
        {title}
      </summary>
      <div className="px-4 pb-4 md:px-5">
        <p className="mb-3 text-ink-soft">{text}</p>
        {children}
      </div>
    </details>
  );
}
