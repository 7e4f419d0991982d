/*
 * cdktf takes a full stack trace for every computed attribute, which is most of the time that a synth takes under test.
 * KEEP_STACK_TRACES=1 brings them back, for the "creation stack" of an unresolved token.
 */
if (process.env.KEEP_STACK_TRACES !== "1") {
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = (target, below) => {
    if (target instanceof Error) capture(target, below);
  };
}
