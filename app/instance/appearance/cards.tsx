"use client";

import { Card } from "@/app/_ui/card";
import { ChoiceField } from "@/app/_ui/choice-field";
import { TextAreaField, TextField } from "@/app/_ui/field";
import { PictureField } from "@/app/_ui/picture-field";
import { RemoveForm } from "@/app/_ui/remove-form";
import { SettingForm } from "@/app/_ui/setting-form";
import { removeLogo, setAppearance, setLogo } from "./actions";

type Texts = {
  productName: string;
  supportEmail: string | null;
  bannerTone: string;
  bannerText: string | null;
  termsUrl: string | null;
};

/** Draws the form for the name, the banner and the addresses. */
export function TextsCard({ productName, supportEmail, bannerTone, bannerText, termsUrl }: Texts) {
  return (
    <Card title="Name, banner and links" description="Every page shows a change within a second.">
      <SettingForm action={setAppearance} saves="appearance">
        <TextField
          label="Name"
          name="productName"
          defaultValue={productName === "Atelier" ? "" : productName}
          placeholder="Atelier"
          maxLength={40}
          autoComplete="off"
          hint="Shown at the top of pages, in their titles, and in e-mails."
        />
        <TextAreaField
          label="Banner"
          name="bannerText"
          defaultValue={bannerText ?? ""}
          maxLength={300}
          rows={2}
          hint="Shown above every page, also to visitors who are not signed in. Addresses become links. Empty: no banner."
        />
        <ChoiceField
          label="The banner is"
          name="bannerTone"
          defaultValue={bannerTone}
          columns={2}
          choices={[
            { value: "info", label: "Information", description: "Such as planned maintenance." },
            { value: "warning", label: "A warning", description: "Such as a server that is down." },
          ]}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Support address"
            name="supportEmail"
            type="email"
            defaultValue={supportEmail ?? ""}
            autoComplete="off"
            hint="Shown on the sign-in page and under Help."
          />
          <TextField
            label="Terms of use"
            name="termsUrl"
            type="url"
            defaultValue={termsUrl ?? ""}
            placeholder="https://"
            autoComplete="off"
            hint="Linked on the sign-up page."
          />
        </div>
      </SettingForm>
    </Card>
  );
}

/** Draws the form for the logo. */
export function LogoCard({ logo }: { logo: string | null }) {
  return (
    <Card
      title="Logo"
      description="Shown beside the name. A copy of 128 × 128 pixels is kept."
      action={logo && <RemoveForm action={removeLogo} label="Remove logo" />}
    >
      <SettingForm action={setLogo} saves="picture" aria-label="Use a picture">
        <PictureField {...(logo ? { src: logo } : {})} alt="The logo" />
      </SettingForm>
    </Card>
  );
}
