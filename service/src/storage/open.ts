import type { Settings } from "../settings/settings.js";
import { openFolderStore } from "./folder-store.js";
import type { ObjectStore } from "./object-store.js";

/** Loads the client of the chosen store alone. */
export async function openObjectStore({ objects }: Pick<Settings, "objects">): Promise<ObjectStore> {
  switch (objects.kind) {
    case "folder":
      return openFolderStore(objects.folder);
    case "s3":
      return (await import("./s3-store.js")).openS3Store(objects);
    case "gcs":
      return (await import("./gcs-store.js")).openGcsStore(objects);
    case "azure":
      return (await import("./azure-store.js")).openAzureStore(objects);
  }
}
