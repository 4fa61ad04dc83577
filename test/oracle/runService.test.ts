import { existsSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { killAll, runToEnd, startCommand } from "./runProcess.ts";

const script = "test/oracle/endingService.ts";
const count = (text: string, part: string) => text.split(part).length - 1;

test.runIf(existsSync("/dev/full"))(
  "error: a log on a full disk costs its lines, and nobody who writes one",
  async () => {
    expect(await runToEnd("test/oracle/loggingProcess.ts", ["/dev/full"])).toEqual({
      code: 0,
      stdout: "",
      stderr:
        "assay test: the log /dev/full cannot be written to (ENOSPC: no space left on device, write): make room; lines are lost\n",
    });
  },
);

describe("how a service ends", () => {
  afterAll(killAll);

  test("default: at SIGTERM, without a word, with exit code 0", async () => {
    const service = startCommand(script, []);
    await eventually("the ready line", 60, async () => (service.written.stdout === "" ? undefined : true));
    expect(await service.stop("SIGTERM")).toEqual({ code: 0, stdout: "ready\n", stderr: "" });
  });

  test.each([
    ["failed", "assay test: the hold is gone\n"],
    ["throws", "assay test: Error: nobody caught this\n"],
  ])("error: %s: told once, exit code 1", async (how, says) => {
    const { code, stderr } = await runToEnd(script, [how]);
    expect({ code, told: count(stderr, says), by: count(stderr, "assay test:") }).toEqual({ code: 1, told: 1, by: 1 });
  });

  test("error: a failure and an error at once are one end", async () => {
    const { code, stderr } = await runToEnd(script, ["both"]);
    expect(code).toBe(1);
    expect(count(stderr, "the hold is gone")).toBe(1);
  });

  test("error: what goes wrong while it ends is told, too", async () => {
    const { code, stderr } = await runToEnd(script, ["closeFails"]);
    expect({ code, told: count(stderr, "could not end in order (the disk is full)") }).toEqual({ code: 1, told: 1 });
  });
});
