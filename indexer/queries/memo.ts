import type { QueryContext } from "./QueryContext.ts";

/** A read that one query does once a key, however many of its fields ask for it. */
export function oncePerQuery<Key extends bigint | string, Value>(
  read: (context: QueryContext, key: Key) => Promise<Value>,
): (context: QueryContext, key: Key) => Promise<Value> {
  const known = new WeakMap<QueryContext, Map<Key, Promise<Value>>>();
  return (context, key) => {
    const values = known.get(context) ?? new Map<Key, Promise<Value>>();
    known.set(context, values);
    const value = values.get(key) ?? read(context, key);
    values.set(key, value);
    return value;
  };
}
