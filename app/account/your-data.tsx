import { Card } from "@/app/_ui/card";
import { buttonClass } from "@/app/_ui/plain-button";

/** Offers a download of all data that Atelier keeps about the person. */
export function YourData() {
  return (
    <Card
      id="data"
      title="Your data"
      description="Everything Atelier keeps about you, as one JSON file: your profile, browsers, passkeys and events, and what you made, did and used in each workspace."
      action={
        <a href="/account/export" className={buttonClass({})}>
          Download my data
        </a>
      }
    />
  );
}
