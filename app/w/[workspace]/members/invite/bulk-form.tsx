"use client";

import { SelectField, TextAreaField } from "@/app/_ui/field";
import { Form, FormDone, FormUntilDone, SubmitButton } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { roleOptions } from "../_fields/role-options";
import { type Answer, inviteList } from "./actions";
import { ListFile } from "./list-file";
import { Preview } from "./preview";
import { Report } from "./report";

/** Draws the list, its preview and its result: one form in three steps. */
export function BulkForm({ slug }: { slug: string }) {
  return (
    <Form action={inviteList} aria-label="Invite many">
      <HiddenFields values={{ workspace: slug }} />
      <FormUntilDone>
        <TextAreaField
          label="Addresses"
          name="list"
          rows={8}
          hint="One per line, or a pasted table with commas, semicolons or tabs: up to 1,000."
          placeholder={"ada@company.com, Developer\ngrace@company.com, Viewer"}
          autoComplete="off"
          spellCheck={false}
        />
        <ListFile />
        <SelectField label="Role for rows without one" name="role" defaultValue="developer" options={roleOptions} />
        <div>
          <SubmitButton pendingLabel="Checking…">Check the list</SubmitButton>
        </div>
      </FormUntilDone>
      <FormDone<Answer>>
        {(answer) =>
          answer.step === "preview" ? (
            <Preview slug={slug} rows={answer.rows} folded={answer.folded} room={answer.room} />
          ) : (
            <Report slug={slug} results={answer.results} />
          )
        }
      </FormDone>
    </Form>
  );
}
