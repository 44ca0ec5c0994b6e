"use client";

import { Card } from "@/app/_ui/card";
import { Form, FormDone, SubmitButton } from "@/app/_ui/form";
import { Notice } from "@/app/_ui/notice";
import type { Outputs } from "@/server/composition/outputs";
import { sendTestMail } from "./actions";

type Outcome = Outputs["instance"]["sendTestMail"];

/** Draws the form that sends a test mail, and its result. */
export function TestCard({ email }: { email: string }) {
  return (
    <Card title="Test" description={`Sends a short e-mail to ${email} at once and shows the result.`}>
      <Form action={sendTestMail}>
        <FormDone<Outcome>>
          {({ isSent, title, said }) => (
            <Notice tone={isSent ? "success" : "danger"} title={title}>
              {said}
            </Notice>
          )}
        </FormDone>
        <div>
          <SubmitButton variant="secondary" pendingLabel="Sending…">
            Send me a test
          </SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
