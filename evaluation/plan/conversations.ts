import type { Suite } from "../suite/suite.ts";
import { arithmeticConversation } from "./arithmeticConversation.ts";
import { type Conversation, conversationItem } from "./conversationItem.ts";
import type { Dice } from "./dice.ts";
import type { PlannedItem } from "./probe.ts";
import { Rotation, shared } from "./rotation.ts";
import { slotsConversation } from "./slotsConversation.ts";

type Source = (dice: Dice, depth: number) => Conversation;

/** Draws conversations from the packs in turn. */
export class Conversations {
  readonly #suite: Suite;
  readonly #sources: readonly Source[];
  readonly #rotation: Rotation;

  constructor(suite: Suite) {
    this.#suite = suite;
    const weighted = suite.packs.flatMap((pack) => shared(sourcesOf(pack), pack.weight ?? 1));
    this.#sources = weighted.map(([source]) => source);
    this.#rotation = new Rotation(weighted.map(([, weight]) => weight));
  }

  /** Whether the suite has nothing to carry over. */
  get isEmpty(): boolean {
    return this.#sources.length === 0;
  }

  /** The `nth` conversation of this depth. Depths begin at different places of the rotation, so that a short run meets all of them. */
  draw(nth: number, depth: number, dice: Dice): PlannedItem {
    const source = this.#sources[this.#rotation.at(nth + depth - 1).index];
    if (!source) throw new RangeError("the suite holds no conversation");
    return conversationItem(this.#suite, source(dice, depth), dice);
  }
}

function sourcesOf({ slots, arithmetic }: Suite["packs"][number]): Source[] {
  const sources: Source[] = [];
  if (slots) sources.push((dice, depth) => slotsConversation(slots, dice, depth));
  if (arithmetic) sources.push((dice, depth) => arithmeticConversation(arithmetic, dice, depth));
  return sources;
}
