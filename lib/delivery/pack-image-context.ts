import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder, packContext, readImageContext } from "./image-context.js";

/** Run before npm packs: puts what the image is built from into the package. */
writeFileSync(join(packageFolder(), "dist", "image-context.json"), packContext(readImageContext()));
