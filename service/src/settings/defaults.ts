import type { Limits } from "./settings.js";

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_PORT = 8080;
export const DEFAULT_WORKER_HEALTH_PORT = 5001;
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_DATA_DIR = ".coverstack";
export const DEFAULT_STATSD_PORT = 8125;
export const DEFAULT_TAKEOVER_SECONDS = 60;
export const DEFAULT_UPLOADS_PER_COMMIT = 150;

export const DEFAULT_LIMITS: Limits = {
  uploadBytes: 256 * MIB,
  expandedBytes: 2048 * MIB,
  lineBytes: 16 * MIB,
  depth: 256,
  lines: 60_000_000,
  files: 200_000,
  pathLength: 4096,
  uploadUrlSeconds: 3600,
};
