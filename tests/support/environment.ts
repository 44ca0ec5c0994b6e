import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, inject } from "vitest";
import { withDatabase } from "./postgres";

const { ownerUrl, appUrl } = inject("postgres");
const name = `test_${randomBytes(6).toString("hex")}`;
const filesDir = path.join(tmpdir(), `atelier-${name}`);

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
  FILES_DIR: filesDir,
});

afterAll(() => rm(filesDir, { recursive: true, force: true }));
