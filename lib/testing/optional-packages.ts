import type * as Grpc from "@grpc/grpc-js";
import type * as ProtoLoader from "@grpc/proto-loader";
import type * as Msgpack from "@msgpack/msgpack";
import { RehearsalError } from "./rehearsal-error.js";

/** Packages that only a rehearsal needs, loaded when the first one begins. */
export interface OptionalPackages {
  readonly grpc: typeof Grpc;
  readonly protoLoader: typeof ProtoLoader;
  readonly msgpack: typeof Msgpack;
}

/** @throws RehearsalError that names those which are not installed */
export async function optionalPackages(): Promise<OptionalPackages> {
  const loading = {
    "@grpc/grpc-js": import("@grpc/grpc-js"),
    "@grpc/proto-loader": import("@grpc/proto-loader"),
    "@msgpack/msgpack": import("@msgpack/msgpack"),
  };
  const settled = await Promise.allSettled(Object.values(loading));
  const missing = Object.keys(loading).filter((_, index) => settled[index].status === "rejected");
  if (missing.length > 0) throw new RehearsalError(missingPackages(missing));
  return {
    grpc: await loading["@grpc/grpc-js"],
    protoLoader: await loading["@grpc/proto-loader"],
    msgpack: await loading["@msgpack/msgpack"],
  };
}

export function missingPackages(names: readonly string[]): string {
  const are = names.length === 1 ? "is" : "are";
  return `a rehearsal needs ${names.join(", ")}, which ${are} not installed; npm install --save-dev ${names.join(" ")}`;
}
