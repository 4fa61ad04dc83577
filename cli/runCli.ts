import { Command, CommanderError } from "commander";
import { MissingArtifactError } from "../deployment/artifacts.ts";
import { DeploymentFailedError } from "../deployment/deploymentFailedError.ts";
import { InvalidDeployConfigError } from "../deployment/readConfig.ts";
import { EvaluationError } from "../evaluation/evaluationError.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { addBoardCommand } from "./boardCommand.ts";
import { addCompareCommand } from "./compareCommand.ts";
import { addDeployCommand } from "./deployCommand.ts";
import { addEvaluateCommand, InterruptedError } from "./evaluateCommand.ts";
import { addEvidenceCommand } from "./evidenceCommand.ts";
import { type ExitCode, exitCode, type Finish, UsageError } from "./exitCode.ts";
import { addOperatorCommand } from "./operatorCommand.ts";
import { addReplayCommand } from "./replayCommand.ts";
import { addSuiteCommand } from "./suiteCommand.ts";
import type { Surroundings } from "./surroundings.ts";

/** Runs one command line. Never throws for a wrong input: it says so in one line and returns the exit code. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const program = createProgram(surroundings, (next) => {
    code = next;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return explain(error, surroundings);
  }
}

function createProgram(surroundings: Surroundings, finish: Finish): Command {
  const program = new Command("assay")
    .description("Measures whether AI models survive repetition, variation, depth and load")
    .exitOverride()
    .configureOutput({ writeOut: surroundings.stdout, writeErr: surroundings.stderr, outputError: inOneLine });
  addEvaluateCommand(program, surroundings, finish);
  addReplayCommand(program, surroundings, finish);
  addCompareCommand(program, surroundings, finish);
  addEvidenceCommand(program, surroundings, finish);
  addSuiteCommand(program, surroundings, finish);
  addDeployCommand(program, surroundings, finish);
  addOperatorCommand(program, surroundings, finish);
  addBoardCommand(program, surroundings, finish);
  return program;
}

/** commander's own words about a wrong command line, with what to do. */
function inOneLine(text: string, write: (line: string) => void): void {
  const words = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\.?\s*\n\s*/g, " ")
    .replace(/\.$/, "");
  write(`${words}; \`assay --help\` lists the commands, \`assay <command> --help\` their options\n`);
}

/** commander has printed its own messages by the time it throws. */
function explain(error: unknown, { stderr, signal }: Surroundings): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (signal.aborted && !(error instanceof InterruptedError)) {
    stderr("stopped: nothing was written\n");
    return exitCode.failed;
  }
  if (error instanceof UsageError) {
    stderr(`${error.message}\n`);
    return exitCode.usage;
  }
  if (isRefusal(error) || isSystemError(error)) {
    stderr(`${error.message}\n`);
    return exitCode.failed;
  }
  throw error;
}

/** A refusal in one line of its own words. */
function isRefusal(error: unknown): error is Error {
  return [EvaluationError, InvalidDeployConfigError, DeploymentFailedError, MissingArtifactError, RefusedStart].some(
    (kind) => error instanceof kind,
  );
}

/** The disk or the network said no: its own line names the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
