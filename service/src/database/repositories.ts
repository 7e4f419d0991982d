import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { RepositoryName } from "../git-hosts/names.js";
import { containing, type Page, paged } from "./page.js";
import type { Database, GitHostName } from "./schema.js";

export type Repository = Omit<Selectable<Database["repositories"]>, "owner_id" | "yaml"> & RepositoryName;

export interface RepositoryFilter {
  readonly host?: GitHostName;
  readonly owner?: string;
  /** Part of `owner/name`. */
  readonly search?: string;
}

/** Token with its dashes, lower case. */
export async function findRepositoryByToken(db: Kysely<Database>, token: string): Promise<Repository | null> {
  const row = await repositories(db).where("repositories.upload_token", "=", token).executeTakeFirst();
  return row ?? null;
}

/** Upper and lower case are one name, as on the git hosts. */
export async function findRepository(db: Kysely<Database>, name: RepositoryName): Promise<Repository | null> {
  const row = await repositories(db)
    .where("owners.service", "=", name.host)
    .where(sql`lower(owners.username)`, "=", name.owner.toLowerCase())
    .where(sql`lower(repositories.name)`, "=", name.name.toLowerCase())
    .orderBy(sql`repositories.name = ${name.name}`, "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The repository of that name, made with new tokens, and its owner with it, when there is none yet. */
export async function ensureRepository(
  db: Kysely<Database>,
  name: RepositoryName,
  defaultBranch: string,
  isPrivate = false,
): Promise<Repository> {
  const known = await findRepository(db, name);
  if (known) return known;
  await db
    .insertInto("owners")
    .values({ service: name.host, username: name.owner })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto("repositories")
    .columns(["owner_id", "name", "default_branch", "private", "upload_token", "image_token"])
    .expression((eb) =>
      eb
        .selectFrom("owners")
        .where("service", "=", name.host)
        .where(sql`lower(username)`, "=", name.owner.toLowerCase())
        .select((select) => [
          "owners.id",
          select.val(name.name).as("name"),
          select.val(defaultBranch).as("default_branch"),
          select.val(isPrivate).as("private"),
          select.val(randomUUID() as string).as("upload_token"),
          select.val(randomUUID() as string).as("image_token"),
        ]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const made = await findRepository(db, name);
  if (!made) throw new Error(`repository ${name.host} ${name.owner}/${name.name} vanished while it was made`);
  return made;
}

export async function isKnownOwner(db: Kysely<Database>, host: GitHostName, owner: string): Promise<boolean> {
  const row = await db
    .selectFrom("owners")
    .select("id")
    .where("service", "=", host)
    .where(sql`lower(username)`, "=", owner.toLowerCase())
    .executeTakeFirst();
  return row !== undefined;
}

export async function setPrivate(db: Kysely<Database>, repositoryId: number, isPrivate: boolean): Promise<void> {
  await db.updateTable("repositories").set({ private: isPrivate }).where("id", "=", repositoryId).execute();
}

/** The repositories that last got an upload first. */
export async function listRepositories(
  db: Kysely<Database>,
  filter: RepositoryFilter,
  page: Page,
): Promise<{ readonly count: number; readonly repositories: readonly Repository[] }> {
  const matching = filtered(db, filter);
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const ordered = repositories(db)
    .where("repositories.id", "in", filtered(db, filter).select("repositories.id"))
    .orderBy("repositories.updated_at", "desc")
    .orderBy("repositories.id", "desc");
  return { count, repositories: await paged(ordered, page).execute() };
}

function filtered(db: Kysely<Database>, { host, owner, search }: RepositoryFilter) {
  let query = db.selectFrom("repositories").innerJoin("owners", "owners.id", "repositories.owner_id");
  if (host) query = query.where("owners.service", "=", host);
  if (owner) query = query.where(sql`lower(owners.username)`, "=", owner.toLowerCase());
  if (search) query = query.where(sql`owners.username || '/' || repositories.name`, "ilike", containing(search));
  return query;
}

function repositories(db: Kysely<Database>) {
  return db
    .selectFrom("repositories")
    .innerJoin("owners", "owners.id", "repositories.owner_id")
    .select([
      "repositories.id",
      "repositories.name",
      "repositories.default_branch",
      "repositories.upload_token",
      "repositories.image_token",
      "repositories.private",
      "repositories.created_at",
      "repositories.updated_at",
      "owners.service as host",
      "owners.username as owner",
    ]);
}
