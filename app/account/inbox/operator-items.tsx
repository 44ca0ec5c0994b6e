import type { Route } from "next";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { Gauge, Server } from "@/app/_ui/icons";
import type { Outputs } from "@/server/composition/outputs";
import { declineCeiling, grantCeiling } from "./actions";
import { Answers } from "./answers";
import { Item } from "./item";

/** Draws the tasks of the operators of the instance. */
export function OperatorItems({ requests, outages }: Outputs["account"]["inbox"]["operator"]) {
  return (
    <Card isFlush title="Instance">
      <ul className="divide-y divide-hairline">
        {outages.map((name) => (
          <Item
            key={name}
            icon={<Server />}
            at={null}
            title={
              <>
                The model server <strong className="font-medium">{name}</strong> cannot be reached
              </>
            }
            actions={
              <LinkButton href="/instance/providers" size="sm" variant="secondary">
                Model providers
              </LinkButton>
            }
          >
            Requests to models that run nowhere else fail until it is back.
          </Item>
        ))}
        {requests.map((request) => (
          <Item
            key={request.id}
            icon={<Gauge />}
            at={request.at}
            title={
              <>
                <strong className="font-medium">{request.workspaceName}</strong> asks for a higher ceiling:{" "}
                {request.wanted}
              </>
            }
            actions={
              <>
                <Answers
                  approve={grantCeiling}
                  decline={declineCeiling}
                  fields={{ limitRequestId: request.id }}
                  approveLabel="Grant"
                  about={`the request of ${request.workspaceName}`}
                />
                <LinkButton
                  href={`/instance/workspaces/${request.slug}` as Route}
                  size="sm"
                  variant="ghost"
                  aria-label={`Details of what ${request.workspaceName} uses`}
                >
                  Details
                </LinkButton>
              </>
            }
          >
            {request.name || request.email}
            {request.reason && ` · “${request.reason}”`}
          </Item>
        ))}
      </ul>
    </Card>
  );
}
