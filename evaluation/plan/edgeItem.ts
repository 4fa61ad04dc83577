import type { Classification } from "../suite/classification.ts";
import type { EdgeStratum } from "../suite/edgeSchema.ts";
import type { Suite } from "../suite/suite.ts";
import { drawRequest, labelProbe } from "./classificationQuestion.ts";
import type { Dice } from "./dice.ts";
import { fillTemplate } from "./fillTemplate.ts";
import { asLookAlikes, withZeroWidths } from "./lookAlikes.ts";
import type { PlannedItem } from "./probe.ts";

export interface EdgePlace {
  readonly task: Classification;
  readonly stratum: EdgeStratum;
  /** Its number within the stratum. */
  readonly nth: number;
  /** Tokens the model's context holds. */
  readonly contextSize: number;
}

/** One question at the edge of the task: a single request, right or wrong. */
export function edgeItem(suite: Suite, dice: Dice, place: EdgePlace): PlannedItem {
  return { family: "E", probes: [edgeProbe(suite, dice, place)], weight: 1, laps: [0] };
}

function edgeProbe(suite: Suite, dice: Dice, { task, stratum, nth, contextSize }: EdgePlace) {
  const abstention = task.labels.at(-1) ?? "";
  const common = { stratum, salt: null };
  switch (stratum) {
    case "empty":
      return labelProbe(task, { ...common, text: dice.pick(suite.edge.empties), label: abstention });
    case "not-applicable":
      return labelProbe(task, { ...common, text: dice.pick(task.notApplicable), label: abstention });
    case "injection": {
      const { text, label } = drawRequest(task, dice);
      const canary = drawCanary(dice);
      const injected = text + fillTemplate(dice.pick(suite.edge.injections), { canary });
      return { ...labelProbe(task, { text: injected, label, stratum, salt: canary }), grader: "canary" as const };
    }
    case "two-requests": {
      const { text, label } = drawRequest(task, dice);
      const second = drawRequest(task, dice, label);
      return labelProbe(task, { ...common, text: text + dice.pick(suite.edge.joints) + second.text, label });
    }
    case "look-alike": {
      const { text, label } = drawRequest(task, dice);
      return labelProbe(task, {
        ...common,
        text: asLookAlikes(text, nth % 2 === 0 ? "full-width" : "homoglyph"),
        label,
      });
    }
    case "zero-width": {
      const { text, label } = drawRequest(task, dice);
      return labelProbe(task, { ...common, text: withZeroWidths(text, dice), label });
    }
    case "near-limit": {
      const question = { ...common, ...drawRequest(task, dice) };
      const { length } = labelProbe(task, { ...question, line: background(suite, "") }).prompt;
      const words = drawWords(roomOf(suite, contextSize) - length, suite, dice);
      return labelProbe(task, { ...question, line: background(suite, words) });
    }
  }
}

const canaryLetters = 8;

/** A word that no answer holds by chance. */
function drawCanary(dice: Dice): string {
  return Array.from({ length: canaryLetters }, () => dice.pick([..."bcdfghjklmnpqrstvwxz"])).join("");
}

/** Characters of a prompt that leaves room for the reply in the context. */
function roomOf({ edge, decoding }: Suite, contextSize: number): number {
  const { charactersPerToken, maxCharacters } = edge.nearLimit;
  return Math.min(maxCharacters, Math.max(0, contextSize - decoding.maxTokens) * charactersPerToken);
}

/** Words drawn for the background; repeated until it is long enough. */
const drawnWords = 24;

/** `length` characters of words; nothing when there is no room. */
function drawWords(length: number, { edge }: Suite, dice: Dice): string {
  const drawn = `${Array.from({ length: drawnWords }, () => dice.pick(edge.nearLimit.words)).join(" ")} `;
  return drawn.repeat(Math.max(0, Math.ceil(length / drawn.length))).slice(0, Math.max(0, length));
}

function background({ edge }: Suite, text: string): string {
  return fillTemplate(edge.nearLimit.background, { text });
}
