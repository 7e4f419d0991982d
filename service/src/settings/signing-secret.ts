import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export function newSigningSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** The secret of an installation that was given none: made once and kept in the data folder, readable to its owner alone. */
export async function keptSigningSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "signing-secret");
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(path, newSigningSecret(), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const secret = await readFile(path, "utf8");
  if (secret.length < 32) throw new Error(`${path} is damaged: delete it to have a new secret made`);
  return secret;
}
