import type { ModelView } from "./readModels.ts";

/**
 * Tells once, in a line, when a model is admitted that was not at the first look.
 * @param continued The devnet went on where an earlier start stopped: who was admitted then is not known here.
 */
export function createAdmissionNews(continued: boolean) {
  let state: "unknown" | "awaited" | "over" = "unknown";
  /** @param seconds Since this start. */
  return (models: readonly Pick<ModelView, "name" | "admitted">[], seconds: number): string | undefined => {
    if (models.length === 0 || state === "over") return undefined;
    const admitted = models.filter((model) => model.admitted).map(({ name }) => name);
    if (admitted.length === 0) {
      state = "awaited";
      return undefined;
    }
    const isNews = state === "awaited";
    state = "over";
    if (!isNews) return undefined;
    return continued
      ? `${admitted.join(", ")} admitted ${Math.round(seconds)} s after this start, which went on from an earlier one`
      : `first admission ${Math.round(seconds)} s after the start`;
  };
}
