#!/usr/bin/env node
import { createProgram } from "./cli/program.js";
import { StartError } from "./cli/start-error.js";

try {
  await createProgram().parseAsync();
} catch (error) {
  console.error(error instanceof StartError ? `coverstack: ${error.message}` : error);
  process.exitCode = 1;
  // The channel to the process that started this one would keep it.
  if (process.connected) process.exit();
}
