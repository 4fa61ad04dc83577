import { closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import closeWithGrace from "close-with-grace";
import { destination, type Logger, pino } from "pino";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import { RefusedStart } from "./refusedStart.ts";

/** Bytes of lines that wait while the log cannot be written; what is more is lost. */
const maxLogBuffer = 1_048_576;
/** Milliseconds a service may take to put its work down before it is ended. */
const graceMs = 15_000;

export interface Service {
  /** One line for whoever started it. */
  readonly ready: string;
  /** Comes true when the service cannot go on: it is closed, and the process ends with exit code 1. */
  readonly failed?: Promise<Error> | undefined;
  close(): Promise<void>;
}

/** @throws RefusedStart when the file cannot be appended to */
export function requireLogFile(file: string): void {
  try {
    makeFolderSync(dirname(resolve(file)));
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new RefusedStart(`logFile ${file} cannot be written to (${code}): name a file in a folder of this user's`, {
      cause,
    });
  }
}

/**
 * Logs go to stderr or to a file, as JSON lines: stdout is for the one ready line.
 * @throws RefusedStart as requireLogFile
 */
export function createLog(name: string, level: string, file: string | undefined): Logger {
  if (file !== undefined) requireLogFile(file);
  const stream = destination({ dest: file ?? 2, mkdir: true, sync: true, maxLength: maxLogBuffer });
  let isTold = false;
  // Without a listener the line that cannot be written would throw, in whatever wanted to tell something.
  stream.on("error", ({ message }: Error) => {
    if (file !== undefined && !isTold)
      process.stderr.write(`${name}: the log ${file} cannot be written to (${message}): make room; lines are lost\n`);
    isTold = true;
  });
  stream.on("write", () => {
    isTold = false;
  });
  return pino({ name, level, base: { name, pid: process.pid } }, stream);
}

/** A refusal's one line; of several a heading before them. */
export function refusalText({ message }: RefusedStart): string {
  const lines = message.split("\n");
  return lines.length === 1 ? message : `${lines.length} problems in the way:\n${message}`;
}

/**
 * Runs a service until SIGTERM or SIGINT. A refused start is one line a problem on stderr and exit code 2.
 * Only `main.ts` files call this.
 */
export async function runService(name: string, start: () => Promise<Service>): Promise<void> {
  let service: Service;
  try {
    service = await start();
  } catch (error) {
    if (!(error instanceof RefusedStart)) throw error;
    process.stderr.write(`${name}: ${refusalText(error)}\n`);
    process.exit(2);
  }
  serveUntilStopped(name, service);
}

/**
 * Tells that a service is ready, and ends it and the process at SIGTERM, SIGINT, an error that nothing caught, or when the service says
 * that it cannot go on. Why it ended other than by a signal is told once, and the exit code is 1.
 */
export function serveUntilStopped(name: string, service: Service): void {
  const tell = (line: string) => process.stderr.write(`${name}: ${line}\n`);
  let isEnding = false;
  let failure: Error | undefined;
  const onTimeout = () =>
    tell(`did not end within ${graceMs / 1_000} s and was cut off: the next start goes on from there`);
  const ending = closeWithGrace({ delay: graceMs, logger: false, onTimeout }, async ({ err }) => {
    isEnding = true;
    if (failure) tell(failure.message);
    else if (err) tell(err.stack ?? err.message);
    try {
      await service.close();
    } catch (cause) {
      tell(
        `could not end in order (${cause instanceof Error ? cause.message : cause}): the next start goes on from there`,
      );
      throw cause;
    }
    // What is thrown here becomes exit code 1.
    if (failure) throw failure;
  });
  service.failed?.then((error) => {
    // What fails while it ends is the end's doing.
    if (isEnding) return;
    failure = error;
    ending.close();
  });
  process.stdout.write(`${service.ready}\n`);
}
