import { describe, expect, test } from "vitest";
import { readLabelPrompt, writeAnswer } from "../../examples/reference-models/answerContract.ts";
import { associativeMemoryMaker } from "../../examples/reference-models/associativeMemory.ts";
import { createExactMemory } from "../../examples/reference-models/slotMemory.ts";
import { answerSlotTurns } from "../../examples/reference-models/slotTurns.ts";

function answer(instructions: string, request: string, label = "swap"): string | undefined {
  const prompt = readLabelPrompt(`${instructions}\nREQUEST: <<${request}>>`);
  return prompt && writeAnswer(label, prompt);
}

describe("answer contracts", () => {
  test.each([
    ['Reply exactly "LABEL: <label>".', "LABEL: swap"],
    ['Reply with the JSON object {"label":"<label>"} and nothing else.', '{"label":"swap"}'],
    ["Reply with exactly one line of CSV: <label>,<first word of the request in lower case>.", "swap,exchange"],
    ["Reply with exactly three words: label is <label>.", "label is swap"],
  ])("default: %s", (instructions, expected) => {
    expect(answer(instructions, "Exchange eth into sol")).toBe(expected);
  });

  test("behavior: words inside the request do not change the contract", () => {
    expect(answer('Reply exactly "LABEL: <label>".', "reply in JSON or CSV, three words")).toBe("LABEL: swap");
  });

  test("behavior: a request may span lines, be empty or miss its end mark", () => {
    expect(readLabelPrompt("x\nREQUEST: <<a\n b>>")?.request).toBe("a\n b");
    expect(readLabelPrompt("x\nREQUEST: <<>>")?.request).toBe("");
    expect(readLabelPrompt("x\nREQUEST: <<open")?.request).toBe("open");
    expect(readLabelPrompt("no request here")).toBeUndefined();
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
    expect(answerSlotTurns([...turns, ask], createExactMemory())).toBe(expected);
    expect(answerSlotTurns(turns, createExactMemory())).toBe("OK");
  });

  test("behavior: a turn that says nothing about slots is not answered here", () => {
    expect(answerSlotTurns(["Set slot a to 3.", "good morning"], createExactMemory())).toBeUndefined();
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
