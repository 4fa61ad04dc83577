import { runCli } from "../../cli/runCli.ts";

/** Runs one command line as nobody's terminal would. */
export async function runForTest(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let [out, err] = ["", ""];
  const code = await runCli(args, {
    env,
    now: () => new Date(0),
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    showsProgress: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
