import { expectations, type ReferenceModelName } from "./config.ts";
import type { ModelView } from "./readModels.ts";

/** Rounds after which a verdict on a reference model counts: no model can be admitted before its third. */
const roundsToSettle = 3;

const isReference = (name: string): name is ReferenceModelName => name in expectations;

function isAsExpected(model: ModelView): boolean {
  if (!isReference(model.name)) return true;
  const reason = expectations[model.name];
  return reason === null ? model.admitted : !model.admitted && model.reasons.includes(reason);
}

/** Every reference model is there and came out as it should. */
export function isExpected(models: readonly ModelView[]): boolean {
  const names = new Set(models.map((model) => model.name));
  return Object.keys(expectations).every((name) => names.has(name)) && models.every(isAsExpected);
}

/** Every reference model has been measured often enough for a verdict, and the verdicts are in. */
export function isSettled(models: readonly ModelView[]): boolean {
  return isExpected(models) && models.every((model) => !isReference(model.name) || model.rounds >= roundsToSettle);
}
