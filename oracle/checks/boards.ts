import { shownUrl } from "../http/shownUrl.ts";
import { askOnce, whyNot } from "./askOnce.ts";
import { type CheckResult, ok, passingFail, warn } from "./check.ts";

/** Asks every message board. None may answer when a node starts: it goes on asking. */
export async function checkBoards(
  urls: readonly string[],
  now: () => number,
): Promise<{ readonly results: readonly CheckResult[]; readonly aheadMs: readonly number[] }> {
  const asked = await Promise.allSettled(
    urls.map(async (url) => {
      const { status, aheadMs } = await askOnce(`${url.replace(/\/+$/, "")}/healthz`, now);
      if (status !== 200) throw new Error(`it answers ${status}`);
      return aheadMs;
    }),
  );
  const isAnswered = asked.some(({ status }) => status === "fulfilled");
  const results = urls.map((url, i) => {
    const each = asked[i];
    if (each?.status === "fulfilled") return ok("boards", `${shownUrl(url)} answers`);
    const value = `the board at ${shownUrl(url)} does not answer (${whyNot(each?.reason)})`;
    const remedy = "ask who runs it, or correct boards";
    return isAnswered ? warn("boards", value, remedy) : passingFail("boards", value, remedy);
  });
  return {
    results,
    aheadMs: asked.flatMap((each) => (each.status === "fulfilled" && each.value !== undefined ? [each.value] : [])),
  };
}
