import { integerBelow, type Random, seededRandom } from "./random.ts";
import { emptySlot, type SlotMemory } from "./slotMemory.ts";

/** Shape of the memory: what it can hold apart and how fast it fades. */
export interface AssociativeMemoryShape {
  /** Length of the ±1 vectors: two slots blur each other by about 1/√dimension. */
  readonly dimension: number;
  /** What is left of everything older after each write, 0..1; newer values win over older ones of the same slot. */
  readonly retention: number;
  /** Recall weaker than this reads as an empty slot. A single write recalls with 1, one of n about with 1/√n. */
  readonly threshold: number;
}

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/** FNV-1a, so that a name always gets the same vector. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 16_777_619);
  return hash >>> 0;
}

function randomSigns(random: Random, dimension: number): Int8Array {
  return Int8Array.from({ length: dimension }, () => (integerBelow(random, 2) === 0 ? -1 : 1));
}

/**
 * Returns a maker of linear associative memories (Kohonen 1972): slots and values are random ±1 vectors, a write adds the
 * outer product value · slotᵀ to one matrix, a read multiplies the matrix by the slot's vector and takes the nearest
 * value. Nothing is overwritten; all writes share the matrix and its total weight, so each one blurs and weakens the
 * others, and a copy or swap writes back what was recalled, right or wrong.
 */
export function associativeMemoryMaker(shape: AssociativeMemoryShape, seed: number): () => SlotMemory {
  const { dimension } = shape;
  const vectors = new Map<string, Int8Array>();
  const mostVectors = 4_096;

  function vectorOf(name: string): Int8Array {
    const known = vectors.get(name);
    if (known) return known;
    const vector = randomSigns(seededRandom(hashName(name) ^ seed), dimension);
    if (vectors.size < mostVectors) vectors.set(name, vector);
    return vector;
  }

  return () => createAssociativeMemory(shape, vectorOf);
}

function createAssociativeMemory(shape: AssociativeMemoryShape, vectorOf: (name: string) => Int8Array): SlotMemory {
  const { dimension, retention, threshold } = shape;
  const matrix = new Float32Array(dimension * dimension);
  const values = new Set([...digits, emptySlot]);

  function write(slot: string, value: string): void {
    values.add(value);
    const key = vectorOf(`slot ${slot}`);
    const stored = vectorOf(`value ${value}`);
    for (let row = 0, at = 0; row < dimension; row++) {
      for (let column = 0; column < dimension; column++, at++) {
        matrix[at] = (matrix[at] ?? 0) * retention + (stored[row] ?? 0) * (key[column] ?? 0);
      }
    }
  }

  /** What the slot's vector brings back, over the root mean square of the matrix: a budget that all writes share. */
  function recall(slot: string): Float32Array {
    const key = vectorOf(`slot ${slot}`);
    const trace = new Float32Array(dimension);
    let energy = 0;
    for (let row = 0, at = 0; row < dimension; row++) {
      let sum = 0;
      for (let column = 0; column < dimension; column++, at++) {
        const weight = matrix[at] ?? 0;
        sum += weight * (key[column] ?? 0);
        energy += weight * weight;
      }
      trace[row] = sum;
    }
    const scale = 1 / Math.sqrt(energy || 1);
    return trace.map((sum) => sum * scale);
  }

  function read(slot: string): string {
    const trace = recall(slot);
    let best = emptySlot;
    let strength = threshold;
    for (const value of values) {
      const vector = vectorOf(`value ${value}`);
      let match = 0;
      for (let row = 0; row < dimension; row++) match += (trace[row] ?? 0) * (vector[row] ?? 0);
      if (match / dimension > strength) {
        best = value;
        strength = match / dimension;
      }
    }
    return best;
  }

  return {
    set: write,
    copy: (from, to) => write(to, read(from)),
    clear: (slot) => write(slot, emptySlot),
    swap(left, right) {
      const held = read(left);
      write(left, read(right));
      write(right, held);
    },
    read,
  };
}
