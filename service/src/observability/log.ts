import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from "pino";
import type { Settings } from "../settings/settings.js";

const SECRET_KEYS = [
  "token",
  "upload_token",
  "uploadToken",
  "authorization",
  "cookie",
  "signature",
  "secret",
  "password",
];

/** What clients of Redis and of the embedded database put on their errors: commands with their passwords and tokens. */
const SECRETS_OF_ERRORS = ["err.command.args", "err.params"];

/** JSON lines on stderr: stdout belongs to what a command prints. */
export function openLog(settings: Pick<Settings, "logLevel">): Logger {
  return pino(logOptions(settings), writtenOnceATurn());
}

/** How lines look, and what is taken out of them. */
export function logOptions(settings: Pick<Settings, "logLevel">): LoggerOptions {
  return {
    level: settings.logLevel,
    base: { pid: process.pid },
    timestamp: timestamps(),
    formatters: { level: (level) => ({ level }) },
    // A wildcard does not match at the top level: both are listed.
    redact: [
      ...SECRET_KEYS,
      ...SECRET_KEYS.map((key) => `*.${key}`),
      ...SECRET_KEYS.map((key) => `*.headers.${key}`),
      ...SECRETS_OF_ERRORS,
    ],
  };
}

/** Many lines are of the same millisecond, and spelling a date is among what costs most of them. */
function timestamps(): () => string {
  let at = 0;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/** Lines of one turn of the event loop are written at once: writing each by itself costs more than making it. */
function writtenOnceATurn(): DestinationStream {
  const target = destination({ fd: 2, sync: true });
  let lines = "";
  let atExit = false;
  const flush = () => {
    const text = lines;
    lines = "";
    if (text !== "") target.write(text);
  };
  return {
    write(line) {
      if (lines === "") setImmediate(flush);
      lines += line;
      if (!atExit) process.once("exit", flush);
      atExit = true;
    },
  };
}
