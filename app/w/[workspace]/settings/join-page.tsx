import { Badge } from "@/app/_ui/badge";
import { Card } from "@/app/_ui/card";
import { Form, SubmitButton } from "@/app/_ui/form";
import { setJoinPage } from "./actions";

/** Whether people whom nobody invited may ask to join at the workspace's page. */
export function JoinPageCard({ slug, isOpen }: { slug: string; isOpen: boolean }) {
  return (
    <Card
      id="join-page"
      title="Join page"
      description={`While it is open, anybody with an account here can ask to join at /join/${slug}, and sees the workspace's name there. An Admin decides.`}
      action={isOpen ? <Badge tone="success">Open</Badge> : <Badge>Closed</Badge>}
    >
      <Form action={setJoinPage}>
        <input type="hidden" name="workspace" value={slug} />
        <input type="hidden" name="isOpen" value={isOpen ? "false" : "true"} />
        <div>
          <SubmitButton variant="secondary">{isOpen ? "Close the join page" : "Open the join page"}</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
