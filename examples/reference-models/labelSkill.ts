import { writeLabel } from "./answerContract.ts";
import { type Classifier, indexOfLargest } from "./classifier.ts";
import type { Grammar } from "./grammar.ts";
import type { Skill } from "./skill.ts";

/** Sorts requests of one domain; asked by a prompt that lists its labels. */
export function createLabelSkill({ labels, noLabel }: Grammar, classifier: Classifier): Skill {
  const list = `${labels.join(", ")} or ${noLabel}`;
  return {
    isAskedBy: (instructions) => instructions.includes(list),
    reply(prompt, choose) {
      const label = classifier.labels[choose(classifier.probabilities(prompt.request))] ?? noLabel;
      return writeLabel(label, prompt);
    },
  };
}

/** Sentences, and asides in parentheses, of a message. */
const sentenceEnd = /[.;!?](?=[\s)"])|\s(?=\()/;
const mostSentences = 8;

/** Reads a message sentence by sentence: the first one that is a request counts, whatever stands around it. */
export function firstRequestReader(classifier: Classifier, noLabel: string): Classifier {
  const none = classifier.labels.indexOf(noLabel);
  return {
    labels: classifier.labels,
    probabilities(text) {
      const sentences = text.split(sentenceEnd, mostSentences);
      const first = sentences.find((sentence) => indexOfLargest(classifier.probabilities(sentence)) !== none);
      return classifier.probabilities(first ?? text);
    },
  };
}
