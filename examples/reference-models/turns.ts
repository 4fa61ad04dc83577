import { emptySlot, type SlotMemory } from "./slotMemory.ts";

/** What a domain's conversations say to change slots and counters, with places such as `{a}`; see a suite's packs. */
export interface TurnPrompts {
  readonly slots?: Readonly<Record<"set" | "copy" | "clear" | "swap" | "ask", string>> | undefined;
  readonly arithmetic?: Readonly<Record<"set" | "add" | "subtract" | "double" | "ask", string>> | undefined;
}

/** Replays the user's turns on a memory. @returns the answer to the last turn; undefined when it gives no instruction */
export type TurnReader = (userTurns: readonly string[], memory: SlotMemory) => string | undefined;

/** The words of an instruction: `a` and `b` name slots, `value` is what is written or added. */
type Words = Readonly<Record<string, string | undefined>>;

/** What an instruction does. @returns the answer */
type Effect = (words: Words, memory: SlotMemory) => string;

interface Instruction {
  readonly pattern: RegExp;
  readonly effect: Effect;
}

const done = "OK";

const effects: Readonly<Record<keyof TurnPrompts, Readonly<Record<string, Effect>>>> = {
  slots: {
    set: ({ a = "", value = "" }, memory) => told(() => memory.set(a, value)),
    copy: ({ a = "", b = "" }, memory) => told(() => memory.copy(a, b)),
    clear: ({ a = "" }, memory) => told(() => memory.clear(a)),
    swap: ({ a = "", b = "" }, memory) => told(() => memory.swap(a, b)),
    ask: ({ a = "" }, memory) => `ANSWER: ${memory.read(a)}`,
  },
  arithmetic: {
    set: ({ a = "", value = "" }, memory) => told(() => memory.set(a, value)),
    add: ({ a = "", value = "" }, memory) => change(memory, a, (count) => count + Number(value)),
    subtract: ({ a = "", value = "" }, memory) => change(memory, a, (count) => count - Number(value)),
    double: ({ a = "" }, memory) => change(memory, a, (count) => 2 * count),
    ask: ({ a = "" }, memory) => `ANSWER: ${memory.read(a)}`,
  },
};

function told(act: () => void): string {
  act();
  return done;
}

function change(memory: SlotMemory, counter: string, next: (count: number) => number): string {
  const held = memory.read(counter);
  memory.set(counter, String(next(held === emptySlot ? 0 : Number(held))));
  return done;
}

/** Understands the instructions of all domains, in any case and spacing, several to a turn. */
export function createTurnReader(domains: readonly TurnPrompts[]): TurnReader {
  const instructions = domains.flatMap((domain) => [
    ...instructionsOf(domain.slots, effects.slots),
    ...instructionsOf(domain.arithmetic, effects.arithmetic),
  ]);
  return (userTurns, memory) => {
    let answer: string | undefined;
    for (const turn of userTurns) answer = follow(turn, instructions, memory);
    return answer;
  };
}

function follow(turn: string, instructions: readonly Instruction[], memory: SlotMemory): string | undefined {
  const found = instructions.flatMap(({ pattern, effect }) =>
    Array.from(turn.matchAll(pattern), ({ 0: { length }, index, groups = {} }) => ({ index, length, groups, effect })),
  );
  // Where two domains say a thing in the same words, the longer reading counts, and only once.
  found.sort((one, other) => one.index - other.index || other.length - one.length);
  let answer: string | undefined;
  let readTo = 0;
  for (const { index, length, effect, groups } of found) {
    if (index < readTo) continue;
    answer = effect(groups, memory);
    readTo = index + length;
  }
  return answer;
}

function instructionsOf(prompts: Readonly<Record<string, string>> = {}, known: Readonly<Record<string, Effect>>) {
  return Object.entries(prompts).flatMap(([name, prompt]): Instruction[] => {
    const effect = known[name];
    return effect ? [{ effect, pattern: patternOf(prompt) }] : [];
  });
}

/** The first sentence of a prompt, with a word in each place. */
function patternOf(prompt: string): RegExp {
  const sentence = prompt.split(/(?<=[^.?!])[.?!](?:\s|$)/, 1)[0] ?? "";
  const parts = sentence.split(/(\{\w+\})/).map((part) => {
    const place = /^\{(\w+)\}$/.exec(part)?.[1];
    if (place !== undefined) return `(?<${place}>\\w+)`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
  });
  return new RegExp(`\\b${parts.join("")}(?!\\w)`, "gi");
}
