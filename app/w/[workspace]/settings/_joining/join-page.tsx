import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { setJoinPage } from "../actions";

/** Draws the setting whether people without an invitation may ask to join on the workspace's page. */
export function JoinPageCard({ slug, isOpen }: { slug: string; isOpen: boolean }) {
  return (
    <Card
      id="join-page"
      title="Join page"
      description={`While it is open, people with an account here can ask to join at /join/${slug}, and see the workspace's name there. An Admin decides.`}
      action={isOpen ? <Badge tone="success">Open</Badge> : <Badge>Closed</Badge>}
    >
      <Form action={setJoinPage}>
        <HiddenFields values={{ workspace: slug, isOpen: isOpen ? "false" : "true" }} />
        <div>
          <SubmitButton variant="secondary">{isOpen ? "Close the join page" : "Open the join page"}</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
