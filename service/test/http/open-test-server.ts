import type { FastifyInstance } from "fastify";
import { ensureRepository, type Repository } from "../../src/database/repositories.js";
import { createHttpServer, type HttpServerOptions } from "../../src/http/server.js";
import type { Settings } from "../../src/settings/settings.js";
import { openTestService, type TestService } from "../support/test-service.js";

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
