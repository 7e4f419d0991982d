/** Every part optional, at any depth; arrays and class instances only as a whole. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T;

/**
 * `defaults` with `overrides` laid over it. Plain objects merge key by key at every depth, anything else (arrays,
 * tokens, constructs) replaces; `undefined` keeps the default. Neither argument is changed.
 */
export function merge<T extends object>(defaults: T, overrides: DeepPartial<NoInfer<T>> | undefined): T {
  if (overrides === undefined) return defaults;
  const merged = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(overrides)) {
    if (value === undefined || key === "__proto__") continue;
    const current = merged[key];
    merged[key] = isPlain(current) && isPlain(value) ? merge(current, value) : value;
  }
  return merged as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
