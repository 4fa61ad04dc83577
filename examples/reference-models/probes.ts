import type { ChatMessage, ChatModel } from "./chatModel.ts";
import { drawExample, type Example, type Grammar } from "./grammar.ts";
import { integerBelow, pick, type Random } from "./random.ts";
import { createExactMemory, emptySlot } from "./slotMemory.ts";

const adjacentKeys: Readonly<Record<string, string>> = {
  ...{ q: "wa", w: "qes", e: "wrd", r: "etf", t: "ryg", y: "tuh", u: "yij", i: "uok", o: "ipl", p: "ol", a: "qsz" },
  ...{ s: "awdx", d: "sefc", f: "drgv", g: "fthb", h: "gyjn", j: "hukm", k: "jil", l: "ko", z: "asx", x: "zsdc" },
  ...{ c: "xdfv", v: "cfgb", b: "vghn", n: "bhjm", m: "njk" },
};

const fillers = [
  ["hello there, when you get a moment, ", ", thank you so much"],
  ["hi, ", " when you can"],
  ["good morning, quick one for you: ", ", thanks"],
  ["Dear support, I have been meaning to ask: ", ". Kind regards, Sam"],
] as const;

/** Changes that keep the meaning. Written apart from the training's augmentation, so that it is not tested on itself. */
export const perturbations: Readonly<Record<string, (text: string, random: Random) => string>> = {
  typo: (text, random) =>
    text.replace(/[a-z]/g, (key) => (random() < 0.06 ? pick(random, [...(adjacentKeys[key] ?? key)]) : key)),
  case: (text, random) => {
    if (random() < 0.5) return text.toUpperCase();
    return text.replace(/[a-z]/g, (letter) => (random() < 0.5 ? letter.toUpperCase() : letter));
  },
  spacing: (text, random) => `  ${text.split(" ").join(pick(random, ["  ", " \n ", "\t", " / "]))} `,
  filler: (text, random) => pick(random, fillers).join("\0").replace("\0", text),
  punctuation: (text, random) => `${text.split(" ").join(pick(random, [", ", " - ", "... "]))} !!`,
};

/** The prompt that asks for the label of a request; `answer` is the contract. */
export function labelPrompt(request: string, answer = 'Reply exactly "LABEL: <label>".'): ChatMessage[] {
  const labels = "transfer, balance, stake, unstake, swap, bridge, dispute, fees or none";
  return [{ role: "user", content: `Choose one of ${labels}.\n${answer}\nREQUEST: <<${request}>>` }];
}

/** The answer contracts, each with the one right reply to a request and its label. */
export const formats: readonly { readonly ask: string; readonly right: (example: Example) => string }[] = [
  {
    ask: 'Reply with the JSON object {"label":"<label>"} and nothing else.',
    right: ({ label }) => `{"label":"${label}"}`,
  },
  { ask: 'Reply exactly "LABEL: <label>".', right: ({ label }) => `LABEL: ${label}` },
  {
    ask: "Reply with exactly one line of CSV: <label>,<first word of the request in lower case>.",
    right: ({ label, text }) => `${label},${text.split(" ")[0]}`,
  },
  { ask: "Reply with exactly three words: label is <label>.", right: ({ label }) => `label is ${label}` },
];

/** A model under measurement: false where the reply was wrong or did not come. */
export async function isRight(model: ChatModel, messages: readonly ChatMessage[], right: string): Promise<boolean> {
  try {
    return (await model.answer({ messages, temperature: 0 })) === right;
  } catch {
    return false;
  }
}

const slotNames = ["a", "b", "c", "d", "e", "f"] as const;

/** One conversation of `depth` changes and a question; the model's own replies stay in the history. */
export async function carriesOver(model: ChatModel, depth: number, random: Random): Promise<boolean> {
  const truth = createExactMemory();
  const history: ChatMessage[] = [];
  const filled = new Set<string>();
  const say = async (content: string): Promise<string> => {
    history.push({ role: "user", content });
    const reply = await model.answer({ messages: history, temperature: 0 });
    history.push({ role: "assistant", content: reply });
    return reply;
  };
  try {
    for (let turn = 0; turn < depth; turn++) await say(drawSlotTurn(truth, filled, random));
    const slot = pick(random, [...filled]);
    const reply = await say(`What is in slot ${slot}? Reply exactly "ANSWER: <value>", or "ANSWER: ${emptySlot}".`);
    return reply === `ANSWER: ${truth.read(slot)}`;
  } catch {
    return false;
  }
}

/** Mostly sets; copies, clears and swaps once there is something to move. */
function drawSlotTurn(truth: ReturnType<typeof createExactMemory>, filled: Set<string>, random: Random): string {
  const kind = filled.size === 0 ? 0 : random();
  const held = pick(random, [...filled, ...(filled.size === 0 ? slotNames : [])]);
  const slot = pick(random, slotNames);
  if (kind > 0.7 && slot !== held) {
    filled.add(slot);
    if (kind > 0.85) {
      truth.copy(held, slot);
      return `Copy slot ${held} into slot ${slot}. Reply OK.`;
    }
    truth.swap(held, slot);
    return `Swap slots ${held} and ${slot}. Reply OK.`;
  }
  if (kind > 0.62) {
    truth.clear(held);
    return `Clear slot ${held}. Reply OK.`;
  }
  const value = String(integerBelow(random, 10));
  truth.set(slot, value);
  filled.add(slot);
  return `Set slot ${slot} to ${value}. Reply OK.`;
}

/** A request in training style or held out, as a suite mixes them. */
export function drawRequest(grammar: Grammar, heldOutShare: number, random: Random): Example {
  return drawExample(grammar, random() < heldOutShare ? "heldOut" : "train", random);
}
