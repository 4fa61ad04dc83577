/** A service that ends the way it is told to: `failed`, `throws`, `both`, `closeFails`; and else when it is stopped. */
import { serveUntilStopped } from "../../oracle/service/runService.ts";

const [how] = process.argv.slice(2);
const failed = Promise.withResolvers<Error>();
const alive = setInterval(() => undefined, 1_000);
serveUntilStopped("assay test", {
  ready: "ready",
  failed: failed.promise,
  close: async () => {
    // As a database does whose hold is given up.
    failed.resolve(new Error("the hold is gone"));
    if (how === "closeFails") throw new Error("the disk is full");
    clearInterval(alive);
  },
});
if (how === "failed" || how === "both") failed.resolve(new Error("the hold is gone"));
if (how === "throws" || how === "both" || how === "closeFails")
  setImmediate(() => {
    throw new Error("nobody caught this");
  });
