import { describe, expect, test } from "vitest";
import { writeLabel } from "../../examples/reference-models/answerContract.ts";
import { associativeMemoryMaker } from "../../examples/reference-models/associativeMemory.ts";
import { createExactMemory } from "../../examples/reference-models/slotMemory.ts";
import { readTaskPrompt } from "../../examples/reference-models/taskPrompt.ts";
import { createTurnReader } from "../../examples/reference-models/turns.ts";

function answer(instructions: string, request: string, label = "swap"): string | undefined {
  const prompt = readTaskPrompt(`${instructions}\nREQUEST: <<${request}>>`);
  return prompt && writeLabel(label, prompt);
}

describe("answer contracts", () => {
  test.each([
    ['Reply exactly "LABEL: <label>".', "LABEL: swap"],
    ['Reply with the JSON object {"label":"<label>"} and nothing else.', '{"label":"swap"}'],
    ["Reply with exactly one line of CSV: <label>,<first word of the request in lower case>.", "swap,exchange"],
    ["Reply with exactly three words: label is <label>.", "label is swap"],
    ["Reply with the label between square brackets, such as [none], and nothing else.", "[swap]"],
  ])("default: %s", (instructions, expected) => {
    expect(answer(instructions, "Exchange eth into sol")).toBe(expected);
  });

  test("behavior: words inside the request do not change the contract", () => {
    expect(answer('Reply exactly "LABEL: <label>".', "reply in JSON or CSV, three words")).toBe("LABEL: swap");
  });

  test("behavior: a request may span lines, be empty or miss its end mark", () => {
    expect(readTaskPrompt("x\nREQUEST: <<a\n b>>")?.request).toBe("a\n b");
    expect(readTaskPrompt("x\nREQUEST: <<>>")?.request).toBe("");
    expect(readTaskPrompt("x\nREQUEST: <<open")?.request).toBe("open");
    expect(readTaskPrompt("no request here")).toBeUndefined();
  });
});

const readTurns = createTurnReader([
  {
    slots: {
      set: "Set slot {a} to {value}. Reply OK.",
      copy: "Copy slot {a} into slot {b}. Reply OK.",
      clear: "Clear slot {a}. Reply OK.",
      swap: "Swap slots {a} and {b}. Reply OK.",
      ask: 'What is in slot {a}? Reply exactly "ANSWER: <value>", or "ANSWER: empty" if nothing is in it.',
    },
  },
  {
    arithmetic: {
      set: "Counter {a} starts at {value}. Reply OK.",
      add: "Add {value} to counter {a}. Reply OK.",
      subtract: "Take {value} from counter {a}. Reply OK.",
      double: "Double counter {a}. Reply OK.",
      ask: 'What does counter {a} stand at? Reply exactly "ANSWER: <number>".',
    },
  },
]);

describe("counters", () => {
  const ask = 'What does counter x1 stand at? Reply exactly "ANSWER: <number>".';

  test.each([
    [["Counter x1 starts at 5. Reply OK.", "Add 12 to counter x1. Reply OK."], "ANSWER: 17"],
    [["Counter x1 starts at 50.", "Take 8 from counter x1.", "Double counter x1."], "ANSWER: 84"],
    [["Counter x1 starts at 1. Counter x2 starts at 9. Add 3 to counter x1."], "ANSWER: 4"],
  ])("default: %j", (turns, expected) => {
    expect(readTurns([...turns, ask], createExactMemory())).toBe(expected);
    expect(readTurns(turns, createExactMemory())).toBe("OK");
  });
});

describe("slots", () => {
  const ask = 'What is in slot b? Reply exactly "ANSWER: <value>", or "ANSWER: empty" if nothing is in it.';

  test.each([
    [["Set slot b to 7. Reply OK."], "ANSWER: 7"],
    [["Set slot a to 3. Reply OK.", "Copy slot a into slot b. Reply OK."], "ANSWER: 3"],
    [["Set slot a to 3. Reply OK.", "Set slot b to 4. Reply OK.", "Swap slots a and b. Reply OK."], "ANSWER: 3"],
    [["Set slot b to 7. Reply OK.", "Clear slot b. Reply OK."], "ANSWER: empty"],
    [["Copy slot a into slot b. Reply OK."], "ANSWER: empty"],
    [["Set slot a to 3. Copy slot a into slot b.\nSwap slots a and b."], "ANSWER: 3"],
  ])("default: %j", (turns, expected) => {
    expect(readTurns([...turns, ask], createExactMemory())).toBe(expected);
    const inOneMessage = ["Do all of this in order. Reply to the last line only.", ...turns, ask].join("\n");
    expect(readTurns([inOneMessage], createExactMemory())).toBe(expected);
    expect(readTurns(turns, createExactMemory())).toBe("OK");
  });

  test("behavior: a turn that says nothing about slots is not answered here", () => {
    expect(readTurns(["Set slot a to 3.", "good morning"], createExactMemory())).toBeUndefined();
  });

  test("behavior: in the associative memory every write weakens the others", () => {
    const createMemory = associativeMemoryMaker({ dimension: 48, retention: 0.9, threshold: 0.46 }, 1);
    const single = createMemory();
    single.set("a", "7");
    expect([single.read("a"), single.read("b")]).toEqual(["7", "empty"]);
    const crowded = createMemory();
    for (const [index, slot] of ["a", "b", "c", "d", "e", "f"].entries()) crowded.set(slot, String(index));
    const recalled = ["a", "b", "c", "d", "e", "f"].map((slot) => crowded.read(slot));
    expect(recalled).not.toEqual(["0", "1", "2", "3", "4", "5"]);
  });
});
