import { z } from "zod";
import { cursor, listOrder, searchText } from "@/server/api/input";
import { type KnownSection, knownOfPerson } from "./file/sections";

export const peopleSorts = ["newest", "name", "seen"] as const;
export type PeopleSort = (typeof peopleSorts)[number];

export const peopleStates = ["all", "deactivated", "operators"] as const;

/** A page of the people. A search matches the beginning of a name or an address, and has one page. */
export const listPeople = z.strictObject({
  search: searchText,
  sort: z.enum(peopleSorts).default("newest"),
  order: listOrder,
  state: z.enum(peopleStates).default("all"),
  after: cursor,
  before: cursor,
});

export const onePerson = z.strictObject({ userId: z.uuid() });

/** The person to deactivate, and what happens to the keys that they created. */
export const deactivatePerson = z.strictObject({
  userId: z.uuid(),
  keys: z.enum(["revoke", "keep"], { error: "Choose what happens to their keys." }),
});

/** A part of the file with all data about a person. */
export const personFilePart = onePerson.extend({
  section: z.enum(Object.keys(knownOfPerson) as [KnownSection, ...KnownSection[]]),
  after: cursor,
});
