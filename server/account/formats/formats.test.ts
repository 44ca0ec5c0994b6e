import { expect, test } from "vitest";
import { findPerson } from "@/server/auth/person";
import { owner } from "@/tests/support/database";
import { insertPerson, insertSession } from "@/tests/support/factories/people";
import { apiFor, newPerson, reasonOf, type Signed } from "@/tests/support/people";

const rowOf = async ({ person }: Signed) => {
  const [row] = await owner`select time_zone, locale, week_start from users where id = ${person.id}`;
  return row;
};

const eventsOf = ({ person }: Signed) =>
  owner`select detail from account_events where user_id = ${person.id} and action = 'account.formats_changed' order by at`;

const forget = ({ person }: Signed) => owner`update users set time_zone = null where id = ${person.id}`;

test("a person's zone, language and week are set, and each change is one event", async () => {
  const ada = await newPerson();
  await ada.api.account.setFormats({ timeZone: "America/New_York", locale: "de-DE", weekStart: "7" });
  expect(await rowOf(ada)).toEqual({ time_zone: "America/New_York", locale: "de-DE", week_start: 7 });
  await ada.api.account.setFormats({ timeZone: "UTC", locale: "en", weekStart: "" });
  expect(await rowOf(ada)).toEqual({ time_zone: "UTC", locale: "en", week_start: null });
  expect(await eventsOf(ada)).toEqual([
    {
      detail: {
        before: { timeZone: "UTC", locale: null, weekStart: null },
        after: { timeZone: "America/New_York", locale: "de-DE", weekStart: 7 },
      },
    },
    {
      detail: {
        before: { timeZone: "America/New_York", locale: "de-DE", weekStart: 7 },
        after: { timeZone: "UTC", locale: "en", weekStart: null },
      },
    },
  ]);
});

test("what Intl does not know is refused at its field, and changes nothing", async () => {
  const ada = await newPerson();
  const good = { timeZone: "UTC", locale: "en", weekStart: "" };
  for (const bad of [{ timeZone: "Mars/Olympus" }, { timeZone: "+01:00" }, { locale: "xx_YY" }, { weekStart: "2" }])
    expect(await reasonOf(ada.api.account.setFormats({ ...good, ...bad } as never))).toBe("invalid_input");
  expect(await rowOf(ada)).toEqual({ time_zone: "UTC", locale: null, week_start: null });
  expect(await eventsOf(ada)).toEqual([]);
});

test("a browser is believed once, also when two say something at once; what was chosen stays", async () => {
  const ada = await newPerson();
  await forget(ada);
  const answers = await Promise.all(
    ["Europe/Berlin", "Asia/Tokyo"].map((timeZone) => ada.api.account.adoptFormats({ timeZone, locale: "de-DE" })),
  );
  expect(answers.filter(({ isAdopted }) => isAdopted)).toHaveLength(1);
  const row = await rowOf(ada);
  expect(await ada.api.account.adoptFormats({ timeZone: "Asia/Dubai", locale: "fr-FR" })).toEqual({ isAdopted: false });
  expect(await rowOf(ada)).toEqual(row);
  expect(await eventsOf(ada)).toHaveLength(1);
});

test("a session has its person's formats, and a zone that is gone is said to be", async () => {
  const { id } = await insertPerson(owner, { timeZone: "Atlantis/Capital", locale: "nb-NO" });
  const person = await findPerson(await insertSession(owner, id));
  expect(person?.formats).toEqual({ timeZone: "Atlantis/Capital", locale: "nb-NO", weekStart: null });
  if (!person) throw new Error("There is no such session.");
  expect(await apiFor(person).account.formats()).toEqual({
    chosen: person.formats,
    current: { timeZone: "UTC", locale: "nb-NO", weekStart: 1 },
  });
});
