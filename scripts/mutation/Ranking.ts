import { basename } from "node:path";
import type { Mutant } from "./Mutant.ts";
import { harnessFile } from "./Project.ts";
import type { Question } from "./Question.ts";
import type { FailedTest } from "./SolidityTests.ts";

const provenAtMost = 3;

/** Who to ask first: what killed mutants of the same function, of the same file, the file's own tests, and then the fastest. */
export class Ranking {
  readonly #kills = new Map<string, number>();

  add({ file, scope }: Mutant, by: FailedTest): void {
    for (const place of [file, `${file} ${scope}`]) {
      for (const killer of [by.file, `${by.file} ${by.test}`]) {
        const key = `${place} ${killer}`;
        this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
      }
    }
  }

  sort<Item>(
    mutant: Mutant,
    items: readonly Item[],
    describe: (item: Item) => { file: string; milliseconds: number },
  ): Item[] {
    const own = basename(mutant.file, ".sol").replace(/Lib$|s$/, "");
    return items
      .map((item) => {
        const { file, milliseconds } = describe(item);
        const kills = this.#killsOf(mutant, file);
        return { item, cost: milliseconds / (1 + kills), own: basename(file).startsWith(own), kills };
      })
      .sort((a, b) => Math.sign(b.kills) - Math.sign(a.kills) || Number(b.own) - Number(a.own) || a.cost - b.cost)
      .map(({ item }) => item);
  }

  /** The few items that killed most mutants of the same function, where any did. */
  proven<Item>({ file, scope }: Mutant, items: readonly Item[], nameOf: (item: Item) => string): Item[] {
    return items
      .map((item) => ({ item, kills: this.#kills.get(`${file} ${scope} ${nameOf(item)}`) ?? 0 }))
      .filter(({ kills }) => kills > 0)
      .sort((a, b) => b.kills - a.kills)
      .slice(0, provenAtMost)
      .map(({ item }) => item);
  }

  /** Recorded calls: what found something nearby, then the fastest. */
  sortCalls(mutant: Mutant, questions: readonly Question[]): Question[] {
    const rank = ({ name, milliseconds }: Question) =>
      milliseconds / (1 + 10 * this.#killsOf(mutant, `${harnessFile} ${name}`));
    return questions.toSorted((a, b) => rank(a) - rank(b));
  }

  /** Kills in the function count tenfold. */
  #killsOf({ file, scope }: Mutant, killer: string): number {
    return 10 * (this.#kills.get(`${file} ${scope} ${killer}`) ?? 0) + (this.#kills.get(`${file} ${killer}`) ?? 0);
  }
}
