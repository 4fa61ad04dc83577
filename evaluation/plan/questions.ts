import type { Suite } from "../suite/suite.ts";
import { caseQuestion } from "./caseQuestion.ts";
import { classificationQuestion } from "./classificationQuestion.ts";
import type { Dice } from "./dice.ts";
import { extractionQuestion } from "./extractionQuestion.ts";
import type { Question } from "./question.ts";
import { Rotation, shared } from "./rotation.ts";

/** @param nth how many questions the source was asked for before */
type Source = (dice: Dice, nth: number) => Question;

/** Draws single-message questions from the packs in turn. */
export class Questions {
  readonly #sources: readonly Source[];
  readonly #rotation: Rotation;

  constructor(suite: Suite) {
    const weighted = suite.packs.flatMap((pack) => shared(sourcesOf(pack), pack.weight ?? 1));
    this.#sources = weighted.map(([source]) => source);
    this.#rotation = new Rotation(weighted.map(([, weight]) => weight));
  }

  /** Whether the suite has nothing to ask in a single message. */
  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  /** @returns the question of an item, and how many its task had before */
  draw(item: number, dice: Dice): { readonly question: Question; readonly nth: number } {
    const { index, nth } = this.#rotation.at(item);
    const source = this.#sources[index];
    if (!source) throw new RangeError("the suite holds no question");
    return { question: source(dice, nth), nth };
  }
}

function sourcesOf({ classification, extraction, cases }: Suite["packs"][number]): Source[] {
  const sources: Source[] = [];
  if (classification) sources.push((dice) => classificationQuestion(classification, dice));
  if (extraction) sources.push((dice) => extractionQuestion(extraction, dice));
  // One after the other: of a fixed list each is as good as any, and a run should meet all.
  if (cases) sources.push((_, nth) => caseQuestion(cases[nth % cases.length] ?? cases[0]));
  return sources;
}
