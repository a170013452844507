/** The topics of help by name, each with a sentence. Their texts are in topics.ts, and loaded when asked for. */

export const TOPIC_SENTENCES = {
  "exit-codes": "what the exit codes mean",
  config: "where the configuration is, and what it can say",
  environment: "the variables that are read, and those that jobs are given",
} as const;

export type TopicName = keyof typeof TOPIC_SENTENCES;

export function isTopic(word: string): word is TopicName {
  return Object.hasOwn(TOPIC_SENTENCES, word);
}
