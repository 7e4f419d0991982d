import { randomUUID } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { UploadDetails } from "../uploads/parameters.js";
import type { AttachmentKind, Database } from "./schema.js";

export type Attachment = Selectable<Database["attachments"]>;
export type AttachmentOfCommit = Attachment & { readonly sha: string; readonly repository_id: number };

export interface NewAttachment {
  readonly commitId: number;
  readonly kind: AttachmentKind;
  readonly details: UploadDetails;
}

/**
 * Starts an attachment, or returns null when the commit has `most` of its kind already. Those whose body did not come
 * and that were made before `abandonedBefore` make room.
 */
export async function createAttachment(
  db: Kysely<Database>,
  { commitId, kind, details }: NewAttachment,
  most: number,
  abandonedBefore: Date,
): Promise<Attachment | null> {
  return db.transaction().execute(async (transaction) => {
    // Of two at once the second waits here, and then counts the first.
    await transaction.selectFrom("commits").select("id").where("id", "=", commitId).forNoKeyUpdate().execute();
    await transaction
      .deleteFrom("attachments")
      .where("commit_id", "=", commitId)
      .where("object_key", "is", null)
      .where("created_at", "<", abandonedBefore)
      .execute();
    const { count } = await transaction
      .selectFrom("attachments")
      .where("commit_id", "=", commitId)
      .where("kind", "=", kind)
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    if (count >= most) return null;
    return transaction
      .insertInto("attachments")
      .values({
        external_id: randomUUID(),
        commit_id: commitId,
        kind,
        name: details.name,
        flags: details.flags,
        provider: details.provider,
        build: details.build,
        build_url: details.buildUrl,
        job: details.job,
        env: details.env && JSON.stringify(details.env),
        client: details.client,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** `externalId` is a UUID. */
export async function findAttachment(db: Kysely<Database>, externalId: string): Promise<AttachmentOfCommit | null> {
  const row = await db
    .selectFrom("attachments")
    .innerJoin("commits", "commits.id", "attachments.commit_id")
    .selectAll("attachments")
    .select(["commits.sha", "commits.repository_id"])
    .where("attachments.external_id", "=", externalId)
    .executeTakeFirst();
  return row ?? null;
}

/** Those whose body came, in the order in which they were started. */
export function listAttachments(db: Kysely<Database>, commitId: number): Promise<Attachment[]> {
  return db
    .selectFrom("attachments")
    .selectAll()
    .where("commit_id", "=", commitId)
    .where("object_key", "is not", null)
    .orderBy("id")
    .execute();
}

/** Marks an attachment whose body lies in storage. False when another request delivered it first, or the attachment is gone. */
export async function acceptAttachment(
  db: Kysely<Database>,
  id: number,
  body: { readonly key: string; readonly size: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("attachments")
    .set({ object_key: body.key, size: body.size, stored_at: new Date() })
    .where("id", "=", id)
    .where("object_key", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
