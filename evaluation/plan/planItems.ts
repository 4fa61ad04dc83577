import { type FormatKind, formatKinds, type Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { drawRequest } from "./drawRequest.ts";
import { fillTemplate } from "./fillTemplate.ts";
import { perturb } from "./perturb.ts";
import type { PlannedItem, Probe } from "./probe.ts";

/** Requests of one repeat item, and how many of them carry an inert salt line that no cache has seen. */
const repeats = 5;
const saltedRepeats = 2;

/** Five times the same question, two of them salted at laps that the draw picks. */
export function repeatItem(suite: Suite, dice: Dice): PlannedItem {
  const { text, label } = drawRequest(suite, dice);
  const laps = dice.shuffle(Array.from({ length: repeats }, (_, lap) => lap));
  const probes = laps.map((_, index): Probe => {
    if (index < repeats - saltedRepeats) return labelProbe(suite, { text, label, stratum: "identical", salt: null });
    const salt = dice
      .roll(2 ** 32)
      .toString(16)
      .padStart(8, "0");
    const line = fillTemplate(suite.prompts.salt, { salt });
    return labelProbe(suite, { text, label, stratum: "salted", salt, line });
  });
  return { family: "R", probes, weight: 1, laps };
}

/** One question under one of the answer contracts, which take turns. */
export function formatItem(suite: Suite, dice: Dice, index: number): PlannedItem {
  const { text, label } = drawRequest(suite, dice);
  const kind = formatKinds[index % formatKinds.length] ?? "json";
  const prompt = lines(choose(suite), suite.prompts.formats[kind], request(suite, text));
  const probe: Probe = {
    prompt,
    stratum: kind,
    salt: null,
    grader: kind,
    truth: label,
    expected: formatReply(kind, text, label),
  };
  return { family: "J", probes: [probe], weight: 1, laps: [0] };
}

/** What a perturbation item is drawn from. */
export interface PerturbationDice {
  /** Its request: those of the repeat item with the same number, where there is one, so that both families ask about one question. */
  readonly request: Dice;
  readonly variants: Dice;
  readonly typos: Dice;
}

/** A base prompt and one variant of each kind, in laps that the draw picks. */
export function perturbationItem(suite: Suite, dice: PerturbationDice): PlannedItem {
  const { text, label } = drawRequest(suite, dice.request);
  const variants = suite.perturbation.kinds.map((kind) => {
    const variant = perturb(kind, text, suite, kind === "typo" ? dice.typos : dice.variants);
    return labelProbe(suite, { text: variant, label, stratum: kind, salt: null });
  });
  const probes = [labelProbe(suite, { text, label, stratum: "base", salt: null }), ...variants];
  return { family: "P", probes, weight: 1, laps: dice.variants.shuffle(probes.map((_, lap) => lap)) };
}

/** A request to classify, and what the probe says about itself. */
export interface LabelQuestion {
  readonly text: string;
  readonly label: string;
  readonly stratum: string;
  /** The word drawn into the prompt, if there is one. */
  readonly salt: string | null;
  /** A line between instructions and request. */
  readonly line?: string;
}

export function labelProbe(suite: Suite, { text, label, stratum, salt, line }: LabelQuestion): Probe {
  const before = line === undefined ? [] : [line];
  const prompt = lines(choose(suite), suite.prompts.answer, ...before, request(suite, text));
  return { prompt, stratum, salt, grader: "label", truth: label, expected: `LABEL: ${label}` };
}

function formatReply(kind: FormatKind, text: string, label: string): string {
  switch (kind) {
    case "json":
      return `{"label":"${label}"}`;
    case "line":
      return `LABEL: ${label}`;
    case "csv":
      return `${label},${firstWord(text)}`;
    case "words":
      return `label is ${label}`;
  }
}

function firstWord(text: string): string {
  return (text.trim().split(/\s+/)[0] ?? "").toLowerCase();
}

function choose(suite: Suite): string {
  const last = suite.labels.at(-1) ?? "";
  return fillTemplate(suite.prompts.choose, { labels: `${suite.labels.slice(0, -1).join(", ")} or ${last}` });
}

function request(suite: Suite, text: string): string {
  return fillTemplate(suite.prompts.request, { text });
}

function lines(...texts: readonly string[]): string {
  return texts.join("\n");
}
