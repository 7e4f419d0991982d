import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { ErrorCode, ErrorForm } from "./errors.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** @default "json" below /api, below /upload and where there are no pages, "html" elsewhere */
    errors?: ErrorForm;
    /** Uploads refused here are counted under this name. */
    endpoint?: string;
    /** Asked for by machines every few seconds: logged at debug level only. */
    quiet?: boolean;
  }

  interface FastifyRequest {
    /** What the request was about, for its line in the log. Never a token. */
    about: { sha?: string; repository?: string; upload?: string; error?: ErrorCode };
  }
}

/** A resource's routes. */
export type Routes = FastifyPluginAsyncTypebox;
