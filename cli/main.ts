#!/usr/bin/env node
import { stderr, stdin, stdout } from "node:process";
import { passwordPrompt } from "../oracle/keys/askPassword.ts";
import { runCli } from "./runCli.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());

// Whoever reads may have seen enough (`assay replay … | head`): what was measured is on disk all the same.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  now: () => new Date(),
  stdout: (text) => stdout.write(text),
  stderr: (text) => stderr.write(text),
  askPassword: passwordPrompt({ input: stdin, output: stderr }),
  showsProgress: stderr.isTTY === true,
  signal: stop.signal,
});
