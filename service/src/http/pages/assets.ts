import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Routes } from "../app.js";

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** Changes with the content, so that browsers may keep what they have for good. */
  readonly address: string;
}

const FOLDER = new URL("../../../ui/", import.meta.url);

const ASSETS: Readonly<Record<string, Asset>> = {
  "style.css": load("style.css", "text/css"),
  "icon.svg": load("icon.svg", "image/svg+xml"),
};

export const STYLE = ASSETS["style.css"].address;
export const ICON = ASSETS["icon.svg"].address;

function load(name: string, type: string): Asset {
  const body = readFileSync(new URL(name, FOLDER));
  const digest = createHash("sha256").update(body).digest("hex").slice(0, 12);
  return { type, body, address: `/assets/${name}?v=${digest}` };
}

export const assetRoutes: Routes = async (app) => {
  for (const [name, { type, body }] of Object.entries(ASSETS)) {
    app.get(`/assets/${name}`, { config: { quiet: true } }, async (_request, reply) =>
      reply.type(type).header("cache-control", "public, max-age=31536000, immutable").send(body),
    );
  }
};
