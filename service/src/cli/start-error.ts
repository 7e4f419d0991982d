/** Why the program cannot start, for the person who started it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Turns what went wrong into one line; a fault of the program itself keeps its stack. */
export function startError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError) return error;
  const { code, path } = error as NodeJS.ErrnoException;
  if (path !== undefined && (code === "EACCES" || code === "EPERM" || code === "EROFS")) {
    return new StartError(
      `${path} cannot be written to by this user: mend its permissions, or give another folder by --data`,
    );
  }
  if (path !== undefined && (code === "ENOTDIR" || code === "EEXIST")) {
    return new StartError(`${path} is not a folder: give another by --data`);
  }
  return error instanceof StartError ? error : new StartError(error.message, { cause: error });
}
