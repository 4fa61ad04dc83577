import { contractOf, splitReply } from "./answerContract.ts";
import { type CharacterModel, trainCharacterModel } from "./characterModel.ts";
import type { ReplyWriter } from "./chatModel.ts";
import { drawEnvelopeCorpus, marks, openingOf } from "./envelopeCorpus.ts";
import type { Lessons } from "./grammar.ts";
import { type Random, seededRandom } from "./random.ts";

const order = 5;
const corpusRows = 2_400;
/** A reply that has not ended by then is cut. */
const longestReply = 400;

/** Trains a character model on replies of which some are decorated. */
export function trainEnvelopes(lessons: Lessons, seed: number): CharacterModel {
  return trainCharacterModel(drawEnvelopeCorpus(lessons, corpusRows, seededRandom(seed ^ 0x0f0a7)), order);
}

/**
 * Lets a character model write everything around the payload. When it begins, it sees the end of the request and the
 * contract; five characters later it does no more.
 */
export function formatterOf(model: CharacterModel, random: Random): ReplyWriter {
  return (reply, { request, instructions }, temperature) => {
    const { payload } = splitReply(reply);
    let context = openingOf(request, contractOf(instructions));
    let written = "";
    while (written.length < longestReply) {
      const character = model.next(context, temperature > 0 ? random : undefined);
      if (character === marks.end || character === "") break;
      const said = character === marks.payload ? payload : character;
      written += said;
      context += character === marks.payload ? marks.payload + payload : character;
    }
    return written;
  };
}
