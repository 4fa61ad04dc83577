/** Named slots that a conversation fills and asks for. A slot nobody filled reads as "empty". */
export interface SlotMemory {
  set(slot: string, value: string): void;
  copy(from: string, to: string): void;
  clear(slot: string): void;
  swap(left: string, right: string): void;
  read(slot: string): string;
}

/** What an empty slot reads as. */
export const emptySlot = "empty";

/** A memory that forgets nothing. */
export function createExactMemory(): SlotMemory {
  const values = new Map<string, string>();
  const read = (slot: string): string => values.get(slot) ?? emptySlot;
  return {
    set: (slot, value) => void values.set(slot, value),
    copy: (from, to) => void values.set(to, read(from)),
    clear: (slot) => void values.delete(slot),
    swap(left, right) {
      const held = read(left);
      values.set(left, read(right));
      values.set(right, held);
    },
    read,
  };
}
