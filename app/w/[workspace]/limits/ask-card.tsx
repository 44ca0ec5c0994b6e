import type { ReactNode } from "react";
import { Card } from "@/app/_ui/card";
import { TextAreaField } from "@/app/_ui/field";
import { Form, type FormProps, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";

/** Draws the form that asks for a higher limit: which one and how high (`children`), and why. */
export function AskCard<T>({
  id = "ask",
  title = "Ask for a higher limit",
  recipients,
  action,
  fields,
  children,
}: {
  id?: string;
  title?: string;
  /** The people who answer: "The members who manage limits". */
  recipients: string;
  action: FormProps<T>["action"];
  /** The hidden fields. */
  fields: Record<string, string>;
  children: ReactNode;
}) {
  return (
    <Card id={id} title={title} description={`${recipients} get an e-mail, and you get one with their answer.`}>
      <Form action={action} aria-label={title}>
        <HiddenFields values={fields} />
        {children}
        <TextAreaField label="Why" name="reason" maxLength={500} optional />
        <div>
          <SubmitButton pendingLabel="Sending…">Send request</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
