import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompletionStream, readStream } from "../../../evaluation/transport/completionStream.ts";
import { EventStream } from "../../../evaluation/transport/eventStream.ts";
import { eventsOf } from "./tcpServer.ts";

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: unknown, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const done = "data: [DONE]\n\n";
const read = (text: string | Uint8Array) => readStream(Buffer.from(text));

describe("readStream", () => {
  it("default: the text of all deltas, in order", () => {
    expect(read(eventsOf(["LABEL", ": ", "", "stake"]))).toEqual({
      completion: { text: "LABEL: stake", failure: null },
      tokens: 3,
    });
  });

  it.each<[string, string]>([
    ["carriage returns and line feeds", eventsOf(["a", "b"]).replaceAll("\n", "\r\n")],
    ["carriage returns alone", eventsOf(["a", "b"]).replaceAll("\n", "\r")],
    ["comments, ids and retries", `: hello\nid: 1\nretry: 9\nevent: x\n${eventsOf(["a", "b"])}: bye\n\n`],
    ["a byte order mark", `\ufeff${eventsOf(["a", "b"])}`],
    ["no space after the colon", eventsOf(["a", "b"]).replaceAll("data: ", "data:")],
    ["data on two lines", `data: {"choices":[{"delta":\ndata: {"content":"ab"},"finish_reason":"stop"}]}\n\n${done}`],
    [
      "usage at the end",
      eventsOf(["a", "b"]).replace(done, `${event({ choices: [], usage: { total_tokens: 3 } })}${done}`),
    ],
    ["something after [DONE]", `${eventsOf(["a", "b"])}data: nonsense\n\n`],
  ])("behavior: reads through %s", (_, text) => {
    expect(read(text).completion).toEqual({ text: "ab", failure: null });
  });

  it("behavior: halves of a surrogate pair in two deltas are one character", () => {
    expect(read(event(delta("\ud83d")) + event(delta("\ude00", "stop")) + done).completion.text).toBe("\u{1f600}");
  });

  it.each<[string, string | Uint8Array, string]>([
    ["has no [DONE]", event(delta("a", "stop")), "streamBroken"],
    ["has no finish_reason", event(delta("a")) + done, "streamBroken"],
    ["ends within [DONE]", event(delta("a", "stop")) + done.trimEnd(), "streamBroken"],
    ["ends within an event", event(delta("a")).slice(0, 20), "streamBroken"],
    ["is a plain completion", '{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}', "streamBroken"],
    ["is empty", "", "streamBroken"],
    ["reports an error", event(delta("a")) + event({ error: { message: "overloaded" } }) + done, "streamBroken"],
    ["stops at the length", event(delta("a", "length")) + done, "truncated"],
    ["has an event that is no JSON", `data: {oops\n\n${eventsOf(["a"])}`, "badJson"],
    ["is no UTF-8", Buffer.concat([Buffer.from([0xff]), Buffer.from(eventsOf(["a"]))]), "badJson"],
    ["has no choice", event({ choices: [] }) + done, "noChoice"],
    ["has no text", event(delta(null, "stop")) + done, "noChoice"],
    ["poisons a prototype", `data: {"__proto__":{"choices":[{"delta":{"content":"x"}}]}}\n\n${done}`, "noChoice"],
    ["is deeply nested", `data: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n\n${done}`, "noChoice"],
  ])("error: a stream that %s", (_, text, failure) => {
    expect(read(text).completion).toEqual({ text: null, failure });
  });

  it("behavior: the result does not depend on how the bytes were cut", () => {
    const bytes = fc.oneof(
      fc.array(fc.string({ unit: "grapheme" })).map((pieces) => Buffer.from(eventsOf(pieces))),
      fc
        .array(fc.constantFrom("data", ":", " ", "\r", "\n", "[DONE]", "{}", '"', "\u00e9", "\ufeff"))
        .map((parts) => Buffer.from(parts.join(""))),
      fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (body, cuts) => {
        const stream = new CompletionStream();
        const places = [0, ...cuts.filter((cut) => cut <= body.length).sort((a, b) => a - b), body.length];
        places.forEach((place, index) => void stream.push(body.subarray(places[index - 1] ?? 0, place)));
        expect({ completion: stream.end(), tokens: stream.tokens }).toEqual(readStream(body));
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe("EventStream", () => {
  it("behavior: a line end cut in two is one line end", () => {
    const stream = new EventStream();
    expect(["data: a\r", "\n\r", "\ndata: b\r", "\r", "\n"].flatMap((piece) => stream.push(piece))).toEqual(["a", "b"]);
  });

  it("behavior: an empty event and one without data end nothing", () => {
    expect(new EventStream().push("\n\nevent: x\n\ndata\n\n")).toEqual([""]);
  });
});
