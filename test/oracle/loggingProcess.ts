import { createLog } from "../../oracle/service/runService.ts";

/** Writes three lines into the log that its argument names. */
const log = createLog("assay test", "info", process.argv[2]);
for (let line = 0; line < 3; line += 1) log.info({ line }, "something happened");
