import type { Settings } from "../settings/settings.js";
import { openFolderStore } from "./folder-store.js";
import type { ObjectStore } from "./object-store.js";

export async function openObjectStore({ objects }: Pick<Settings, "objects">): Promise<ObjectStore> {
  if (objects.kind === "folder") return openFolderStore(objects.folder);
  const { openS3Store } = await import("./s3-store.js");
  return openS3Store(objects);
}
