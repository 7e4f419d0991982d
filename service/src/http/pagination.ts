import { Type } from "@fastify/type-provider-typebox";
import type { Page } from "../database/page.js";

export const PageQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  page_size: Type.Integer({ minimum: 1, maximum: 500, default: 20 }),
});

export interface PagedAnswer<T> {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly T[];
  readonly total_pages: number;
}

export function pageOf(query: { readonly page: number; readonly page_size: number }): Page {
  return { number: query.page, size: query.page_size };
}

/** @param url of this page: its other parameters are kept in `next` and `previous` */
export function pagedAnswer<T>(url: URL, page: Page, count: number, results: readonly T[]): PagedAnswer<T> {
  const pages = Math.max(1, Math.ceil(count / page.size));
  const address = (number: number) => {
    const other = new URL(url);
    other.searchParams.set("page", String(number));
    other.searchParams.delete("token");
    return other.href;
  };
  return {
    count,
    next: page.number < pages ? address(page.number + 1) : null,
    previous: page.number > 1 ? address(Math.min(page.number - 1, pages)) : null,
    results,
    total_pages: pages,
  };
}
