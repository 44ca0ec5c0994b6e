import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { disconnect } from "@/db/client";
import { withDatabase } from "./postgres";

const { superuserUrl, ownerUrl, appUrl, template } = inject("postgres");
const name = `test_${randomBytes(6).toString("hex")}`;

/** The connection of the owner of this test file's database. Tests arrange and look with it, past every policy. */
export let owner: postgres.Sql;

Object.assign(process.env, {
  NODE_ENV: "test",
  APP_URL: "http://localhost:3000",
  DATABASE_URL: withDatabase(ownerUrl, name),
  DATABASE_APP_URL: withDatabase(appUrl, name),
  AUTH_SECRET: "a-secret-for-tests-0123456789-abcdefghij",
  KEY_PEPPER: "a-pepper-for-tests-9876543210-jihgfedcba",
  RESEND_API_KEY: "re_test",
  RESEND_BASE_URL: "http://127.0.0.1:9",
  MAIL_FROM: "Atelier <atelier@localhost>",
  MODEL_SERVER_URL: "http://127.0.0.1:9/v1",
  LOG_LEVEL: "silent",
  FILES_DIR: path.join(tmpdir(), `atelier-${name}`),
});

beforeAll(async () => {
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await superuser.unsafe(`create database "${name}" template "${template}" owner atelier_owner`);
  await superuser.end();
  owner = postgres(withDatabase(superuserUrl, name), { max: 4, onnotice: () => {} });
});

afterAll(async () => {
  await disconnect();
  await owner.end({ timeout: 1 });
  const superuser = postgres(superuserUrl, { max: 1, onnotice: () => {} });
  await superuser.unsafe(`drop database if exists "${name}" with (force)`);
  await superuser.end();
  await rm(path.join(tmpdir(), `atelier-${name}`), { recursive: true, force: true });
});
