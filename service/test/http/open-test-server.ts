import type { FastifyInstance } from "fastify";
import { ensureRepository, type Repository } from "../../src/database/repositories.js";
import { createHttpServer, type HttpServerOptions } from "../../src/http/server.js";
import { mergeCommit } from "../../src/processing/merge-commit.js";
import { processUpload } from "../../src/processing/process-upload.js";
import type { Settings } from "../../src/settings/settings.js";
import { openTestService, type TestService } from "../support/test-service.js";
import { until } from "../support/until.js";

export const GLOBAL_TOKEN = "global-token-of-github";
export const SHARED_TOKEN = "global-token-of-both-gitlabs";
export const SHA = "0123456789abcdef0123456789abcdef01234567";

export interface TestServer {
  readonly app: FastifyInstance;
  readonly service: TestService;
  /** github, o/r, with a token of its own. */
  readonly repository: Repository;
  close(): Promise<void>;
}

/** A service with one repository and global tokens for three git hosts, behind its HTTP side. */
export async function openTestServer(
  overrides: Partial<Settings> = {},
  surface: HttpServerOptions["surface"] = "full",
): Promise<TestServer> {
  const service = await openTestService({
    gitHosts: {
      github: { url: "https://github.com", globalUploadToken: GLOBAL_TOKEN },
      gitlab: { url: "https://gitlab.com", globalUploadToken: SHARED_TOKEN },
      gitlab_enterprise: { url: "https://git.example.com", globalUploadToken: SHARED_TOKEN },
    },
    ...overrides,
  });
  const repository = await ensureRepository(service.db, { host: "github", owner: "o", name: "r" }, "main");
  const app = await createHttpServer(service, { surface });
  return {
    app,
    service,
    repository,
    async close() {
      await app.close();
      await service.close();
    },
  };
}

/** A different SHA for each number. */
export function sha(number: number): string {
  return number.toString(16).padStart(40, "0");
}

/** Path and query of an address that an answer gave, for `inject`. */
export function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/** Uploads `report` for a commit of o/r, with further parameters of `/upload/v2`. */
export async function upload(
  { app, repository }: TestServer,
  commit: string,
  report: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const query = new URLSearchParams({ branch: "main", ...parameters, commit, token: repository.upload_token });
  const answer = await app.inject({ method: "POST", url: `/upload/v2?${query}`, body: report });
  if (answer.statusCode !== 200) throw new Error(`the upload was refused: ${answer.body}`);
}

const working = new WeakSet<TestServer>();

/** Has whatever was uploaded processed and merged. Resolves when nothing is left to do. */
export async function processUploads(server: TestServer): Promise<void> {
  const { service } = server;
  if (!working.has(server)) {
    working.add(server);
    await service.queue.work(
      {
        "process-upload": (data) => processUpload(service, data),
        "merge-commit": (data) => mergeCommit(service, data),
      },
      1,
    );
  }
  await until(async () => (await service.queue.depth()) === 0);
}
