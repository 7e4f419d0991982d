import { Type } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { PAGE_HEADERS } from "../security-headers.js";
import type { Html } from "./html.js";

export const PageNumber = Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 });
export const Search = Type.String({ maxLength: 200, default: "" });

/** Pages show what is now: browsers ask again instead of showing what they kept. */
export function sendPage(reply: FastifyReply, page: Html): FastifyReply {
  return reply
    .headers(PAGE_HEADERS)
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-cache")
    .send(page.text);
}
