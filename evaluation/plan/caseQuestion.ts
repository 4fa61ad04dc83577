import type { Case } from "../suite/cases.ts";
import { joinLines } from "./fillTemplate.ts";
import type { Probe } from "./probe.ts";
import type { Question } from "./question.ts";

/** A case as a question. Without a request that may vary, P leaves it out. */
export function caseQuestion(asked: Case): Question {
  const { prompt, request, assert } = asked;
  const probe = {
    grader: "assertions" as const,
    truth: "pass",
    expected: "pass",
    rule: { assertions: assert },
  } satisfies Partial<Probe>;
  return {
    text: request ?? prompt,
    keep: [],
    isFixed: request === undefined,
    plain(text, stratum, salt) {
      // Put together, not replaced: "$&" in a request means nothing here.
      const whole = request === undefined ? prompt : prompt.split(request).join(text);
      return { ...probe, prompt: joinLines(salt?.line, whole), stratum, salt: salt?.salt ?? null };
    },
    format: () => ({ ...probe, prompt, stratum: "assertions", salt: null }),
  };
}
