import { Card } from "@/app/_ui/card";
import { buttonClass } from "@/app/_ui/plain-button";

/** Offers a download of all data that Atelier stores about the person. */
export function YourData() {
  return (
    <Card
      id="data"
      title="Your data"
      description="All data that Atelier stores about you, as one JSON file: your profile, browsers, passkeys and events, and what you created, did and used in each workspace."
      action={
        <a href="/account/export" className={buttonClass({})}>
          Download my data
        </a>
      }
    />
  );
}
