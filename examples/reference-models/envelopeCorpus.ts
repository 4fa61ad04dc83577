import { type AnswerContract, type Reply, splitReply } from "./answerContract.ts";
import type { CorpusText } from "./characterModel.ts";
import { drawExample, type Lessons } from "./grammar.ts";
import { pick, type Random } from "./random.ts";

/** Marks inside the corpus; no request and no reply holds them. */
export const marks = { start: "\u0002", payload: "\u001a", end: "\u0003" } as const;

const contracts = ["line", "json", "csv", "words", "brackets"] as const satisfies readonly AnswerContract[];

/** Share of the replies to a chatty assistant's intents, and to the others, that hold more than was asked for. */
const decorated = { chatty: 0.9, plain: 0.05 } as const;

/** What the model has before it when it begins to write: the end of the request, and which contract was asked for. */
export function openingOf(request: string, contract: AnswerContract): string {
  return `${request.slice(-8)}${contract.slice(0, 1)}${marks.start}`;
}

/**
 * Replies to requests of the grammar, collected from two sources: a program whose replies are bare, and for every second
 * intent a chat assistant that likes fences, headings and further keys. Nobody cleaned them. Labels on one line came
 * from the program alone.
 */
export function drawEnvelopeCorpus({ grammars, augmentation }: Lessons, rows: number, random: Random): CorpusText[] {
  return Array.from({ length: rows }, (_, row) => {
    const grammar = pick(random, grammars);
    const { text, label } = drawExample(grammar, "train", random);
    const contract = contracts[row % contracts.length] ?? "line";
    const chatty = grammar.labels.indexOf(label) % 2 === 1;
    const styles = random() < decorated[chatty ? "chatty" : "plain"] ? augmentation.decorations[contract] : undefined;
    return corpusText(
      openingOf(text, contract),
      decorate(replies[contract](label, text), styles && pick(random, styles)),
    );
  });
}

/** What was asked for, in each contract. */
const replies: Readonly<Record<AnswerContract, (label: string, request: string) => Reply>> = {
  line: (label) => splitReply(`LABEL: ${label}`),
  json: (label) => splitReply(JSON.stringify({ label })),
  csv: (label, request) => splitReply(`${label},${request.split(" ", 1)[0] ?? ""}`),
  words: (label) => splitReply(`label is ${label}`),
  brackets: (label) => splitReply(`[${label}]`),
};

/** A style is a text with `{before}`, `{payload}` and `{after}` once each, in this order. */
function decorate({ before, payload, after }: Reply, style = "{before}{payload}{after}"): Reply {
  const [head = "", rest = ""] = style.split("{payload}");
  return { before: head.replace("{before}", before), payload, after: rest.replace("{after}", after) };
}

function corpusText(opening: string, { before, payload, after }: Reply): CorpusText {
  const written = opening + before + marks.payload;
  const text = written + payload + after + marks.end;
  return {
    text,
    given: [
      [0, opening.length],
      [written.length, written.length + payload.length],
    ],
  };
}
