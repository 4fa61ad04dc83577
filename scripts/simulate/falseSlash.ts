/**
 * How often the default standards slash, admit or refuse wrongly: figures for docs/protocol.md.
 * `--json`, `--write`, `--check`; `--years <n>` simulates more years a case than the page's figures have.
 */
import { parseArgs } from "node:util";
import { defaultPolicy } from "../../domain/policy.ts";
import { reportOptions, show } from "./report.ts";
import { falseSlashMarkdown } from "./score/falseSlashMarkdown.ts";
import { failRows, yearRows } from "./score/falseSlashRows.ts";

const { values } = parseArgs({
  options: { ...reportOptions, years: { type: "string", default: "100" } },
});
const years = Number(values.years);
if (!Number.isSafeInteger(years) || years < 1)
  throw new RangeError(`--years is a whole number from 1, not ${values.years}`);

const figures = { fails: failRows(defaultPolicy), years: yearRows(defaultPolicy, years) };
const markdown = falseSlashMarkdown(figures, years);
process.exitCode = show({ block: "false-slash", script: "falseSlash", figures, markdown }, values);
