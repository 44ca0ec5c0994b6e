CREATE TABLE "key_peppers" (
	"version" smallint PRIMARY KEY NOT NULL,
	"mac" "bytea" NOT NULL
);
