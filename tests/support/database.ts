import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { disconnect } from "@/db/client";
import { withDatabase } from "./postgres";

const { superuserUrl, template, tablespace } = inject("postgres");
const name = new URL(String(process.env.DATABASE_URL)).pathname.slice(1);

/**
 * A connection as the owner of this test file's database; every file that imports this module gets a database. Tests
 * use it to prepare and to check rows, without any policies.
 */
export let owner: postgres.Sql;

beforeAll(async () => {
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  // Copied as files, because a copy through the write-ahead log, the default, takes eight times as long.
  await superuser.unsafe(
    `create database "${name}" template "${template}" strategy file_copy owner atelier_owner tablespace "${tablespace}"`,
  );
  await superuser.end();
  owner = postgres(withDatabase(superuserUrl, name), { max: 4, onnotice: () => {} });
});

afterAll(async () => {
  await disconnect();
  await owner.end({ timeout: 1 });
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await superuser.unsafe(`drop database if exists "${name}" with (force)`);
  await superuser.end();
});
