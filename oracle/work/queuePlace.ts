import type { DatabasePlace } from "../database/databasePlace.ts";

/** Where the queue of a node's database is. */
export interface QueuePlace {
  /** Of the queue's own tables, beside the node's: a worker's database user needs no other. */
  readonly schema: string;
  /** Whether other processes take jobs from it. */
  readonly isShared: boolean;
}

export const queuePlace = (place: DatabasePlace): QueuePlace =>
  "url" in place ? { schema: `${place.schema}_work`, isShared: true } : { schema: "work", isShared: false };
