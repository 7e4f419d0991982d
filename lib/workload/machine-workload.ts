import type { BootSecrets } from "./boot-secrets.js";
import type { ComposeFile } from "./rendering/compose.js";
import type { ServiceSettings } from "./service-settings.js";

/** Everything that a machine runs. */
export interface MachineWorkload {
  readonly compose: ComposeFile;
  readonly settings: ServiceSettings;
  readonly secrets: BootSecrets;
}
