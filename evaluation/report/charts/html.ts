import type { html } from "hono/html";

/** Markup whose interpolated texts were escaped. */
export type Html = ReturnType<typeof html>;
