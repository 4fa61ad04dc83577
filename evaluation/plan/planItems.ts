import type { Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { fillTemplate } from "./fillTemplate.ts";
import { perturb } from "./perturb.ts";
import type { PlannedItem } from "./probe.ts";
import type { Question, Salt } from "./question.ts";

/** Requests of one repeat item, and how many of them carry an inert salt line that no cache has seen. */
const repeats = 5;
const saltedRepeats = 2;

/** Five times the same question, two of them salted at laps that the draw picks. */
export function repeatItem(suite: Suite, question: Question, dice: Dice): PlannedItem {
  const laps = dice.shuffle(Array.from({ length: repeats }, (_, lap) => lap));
  const probes = laps.map((_, index) =>
    index < repeats - saltedRepeats
      ? question.plain(question.text, "identical")
      : question.plain(question.text, "salted", drawSalt(suite, dice)),
  );
  return { family: "R", probes, weight: 1, laps };
}

/** One question under one of the answer contracts of its task. */
export function formatItem(question: Question, turn: number): PlannedItem {
  return { family: "J", probes: [question.format(turn)], weight: 1, laps: [0] };
}

/** What a perturbation item is made from. */
export interface Perturbed {
  readonly question: Question;
  readonly variants: Dice;
  /** A draw of its own: typos take many choices. */
  readonly typos: Dice;
}

/** A base prompt and one variant of each kind, in laps that the draw picks. */
export function perturbationItem(suite: Suite, { question, variants, typos }: Perturbed): PlannedItem {
  const changed = suite.perturbation.kinds.map((kind) =>
    question.plain(perturb(kind, question, suite, kind === "typo" ? typos : variants), kind),
  );
  const probes = [question.plain(question.text, "base"), ...changed];
  return { family: "P", probes, weight: 1, laps: variants.shuffle(probes.map((_, lap) => lap)) };
}

function drawSalt(suite: Suite, dice: Dice): Salt {
  const salt = dice
    .roll(2 ** 32)
    .toString(16)
    .padStart(8, "0");
  return { salt, line: fillTemplate(suite.salt, { salt }) };
}
