import { runCli } from "../../cli/runCli.ts";

/** Runs one command line as nobody's terminal would, in 1970 or at the time given. */
export async function runForTest(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  now: () => Date = () => new Date(0),
) {
  let [out, err] = ["", ""];
  const code = await runCli(args, {
    env,
    now,
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
