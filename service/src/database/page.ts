import type { SelectQueryBuilder } from "kysely";

/** A page of a list, from 1. */
export interface Page {
  readonly number: number;
  readonly size: number;
}

export function paged<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  page: Page,
): SelectQueryBuilder<DB, TB, O> {
  return query.limit(page.size).offset((page.number - 1) * page.size);
}

/** A text that `like` matches anywhere, its own wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
