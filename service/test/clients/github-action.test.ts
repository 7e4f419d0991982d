import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { openTestServer, sha, type TestServer } from "../http/open-test-server.js";
import { type OidcIssuer, startOidcIssuer } from "../support/oidc-issuer.js";
import { put } from "./replay.js";

const CLI_JSON =
  '{"report_fixes":{"format":"legacy","value":{}},"network_files":["a.ts",""],"coverage_files":[],"metadata":{}}';

let issuer: OidcIssuer;
let server: TestServer;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  server = await openTestServer({
    uploadsWithoutToken: "forks",
    gitHosts: {
      github: { url: "https://github.com", globalUploadToken: null },
      github_enterprise: { url: issuer.url, globalUploadToken: null, oidcOwners: ["o"] },
    },
  });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

/** The one request that v5 makes by default, before its PUT. */
function upload(token: string | null, commit: string, branch: string, host = "github") {
  return server.app.inject({
    method: "POST",
    url: `/upload/${host}/o::::r/upload-coverage`,
    headers: {
      "user-agent": "codecov-cli/11.3.1",
      "content-type": "application/json",
      ...(token !== null && { authorization: `token ${token}` }),
    },
    payload: {
      branch,
      ci_service: "github-actions",
      ci_url: "https://github.com/o/r/actions/runs/1",
      cli_args: {},
      code: "default",
      commitid: commit,
      env: {},
      file_not_found: false,
      flags: ["unit"],
      job_code: "build",
      name: "",
      parent_commit_id: null,
      pullid: "12",
      report_payload_bytes: CLI_JSON.length,
      version: "11.3.1",
    },
  });
}

describe("the GitHub Action v5", () => {
  it("uploads with a repository's token", async () => {
    const answer = await upload(server.repository.upload_token, sha(1), "main");
    expect(answer.statusCode).toBe(201);
    const stored = await put(server, answer.json().raw_upload_location, {}, CLI_JSON);
    expect(stored).toMatchObject({ accepts_json: true, client: "codecov-cli/11.3.1", provider: "github-actions" });
  });

  it("uploads with use_oidc, whose audience is the url that it was given", async () => {
    const token = await issuer.token({
      iss: `${issuer.url}/_services/token`,
      aud: server.service.settings.publicUrl,
      repository: "o/r",
      repository_owner: "o",
    });
    const answer = await upload(token, sha(2), "main", "github_enterprise");
    expect(answer.statusCode).toBe(201);
    expect(answer.json().url).toBe(`http://127.0.0.1:8080/ghe/o/r/commit/${sha(2)}`);
    await put(server, answer.json().raw_upload_location, {}, CLI_JSON);
  });

  it("uploads from a fork without a token, where that is allowed", async () => {
    const answer = await upload(null, sha(3), "someone:patch-1");
    expect(answer.statusCode).toBe(201);
    await put(server, answer.json().raw_upload_location, {}, CLI_JSON);
    const commit = await findCommit(server.service.db, server.repository.id, sha(3));
    expect(commit).toMatchObject({ branch: "someone:patch-1", pull_id: 12 });
  });

  it("prints the reason when it is refused", async () => {
    const answer = await upload(null, sha(4), "main");
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(/^An upload token is needed/) });
  });
});
