/**
 * Whether leaving with a scar and coming back under a new name pays: figures for docs/protocol.md.
 * `--json`, `--write`, `--check`; `--full` compares on every number of bad rounds and more ages (minutes, and not for the page).
 */
import { parseArgs } from "node:util";
import { calibrationOf, isCalibrated } from "./identity/calibration.ts";
import { weightMeasures } from "./identity/comparison.ts";
import { asDecided, variants } from "./identity/variants.ts";
import { whitewashMarkdown } from "./identity/whitewashMarkdown.ts";
import { fullGrid, pageGrid, sampleRows, variantRow } from "./identity/whitewashRows.ts";
import { reportOptions, show } from "./report.ts";

const { values } = parseArgs({ options: { ...reportOptions, full: { type: "boolean" } } });
if (values.full && (values.write || values.check)) {
  throw new Error("docs/protocol.md holds the figures of the small grid: --full goes with neither --write nor --check");
}

const grid = values.full ? fullGrid : pageGrid;
const figures = {
  samples: sampleRows(),
  variants: variants.map(({ name, rules }) => {
    const calibration = calibrationOf(rules);
    return { ...variantRow({ name, rules }, grid), ...calibration, calibrated: isCalibrated(calibration) };
  }),
};
const shown = show({ block: "whitewash", script: "whitewash", figures, markdown: whitewashMarkdown(figures) }, values);
// The property that the default standards promise: whatever the history, no way round it earns more weight.
const paying = weightMeasures.filter((measure) => variantRow({ name: "", rules: asDecided }, grid).broken[measure] > 0);
for (const measure of paying) console.error(`Under the default standards leaving or washing pays: ${measure}.`);
process.exitCode = paying.length > 0 ? 1 : shown;
