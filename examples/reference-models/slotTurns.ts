import type { SlotMemory } from "./slotMemory.ts";

const instruction =
  /set slot (\w+) to ([^\s.]+)|copy slot (\w+) into slot (\w+)|clear slot (\w+)|swap slots (\w+) and (\w+)|what is in slot (\w+)/gi;

/**
 * Replays the instructions of the user's turns, in order, on a memory.
 * @returns the answer to the last turn, or undefined when that turn says nothing about slots
 */
export function answerSlotTurns(userTurns: readonly string[], memory: SlotMemory): string | undefined {
  let answer: string | undefined;
  for (const turn of userTurns) {
    answer = undefined;
    for (const match of turn.matchAll(instruction)) answer = follow(match, memory);
  }
  return answer;
}

function follow(match: RegExpExecArray, memory: SlotMemory): string {
  const [, setSlot, value, copyFrom, copyTo, cleared, left, right, asked] = match;
  if (asked !== undefined) return `ANSWER: ${memory.read(asked)}`;
  if (setSlot !== undefined && value !== undefined) memory.set(setSlot, value);
  else if (copyFrom !== undefined && copyTo !== undefined) memory.copy(copyFrom, copyTo);
  else if (cleared !== undefined) memory.clear(cleared);
  else if (left !== undefined && right !== undefined) memory.swap(left, right);
  return "OK";
}
