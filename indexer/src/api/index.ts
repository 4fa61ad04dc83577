import { createRequire } from "node:module";
import { db } from "ponder:api";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { readSettings } from "../../settings.ts";

/** What Ponder's loader need not see. */
interface Native {
  (path: "../../graphql/graphqlServer.ts"): typeof import("../../graphql/graphqlServer.ts");
  (path: "../../graphql/schema.ts"): typeof import("../../graphql/schema.ts");
  (path: "../../graphql/bounds.ts"): typeof import("../../graphql/bounds.ts");
}

/**
 * Loads by Node itself what only reads. Ponder's loader would push every file of Yoga, Pothos and GraphiQL (9 MB) through its
 * compiler: ten seconds of a start. It also keeps one copy of `graphql`.
 */
const native: Native = createRequire(import.meta.url);
const { answerGraphql } = native("../../graphql/graphqlServer.ts");
const { printSdl } = native("../../graphql/schema.ts");
const { maxBodyBytes } = native("../../graphql/bounds.ts");

const { deployment } = readSettings(process.env);
const now = () => Date.now() / 1000;
const app = new Hono();

app.get("/", (c) => c.redirect("/graphql"));
app.get("/schema.graphql", (c) => c.text(printSdl()));

/** As GraphQL tells an error, for what is refused before it is a query. */
const refusal = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });
const tooLarge = refusal("BODY_TOO_LARGE", `The request's body is larger than ${maxBodyBytes} bytes: split the query`);

app.use("/graphql", bodyLimit({ maxSize: maxBodyBytes, onError: (c) => c.json(tooLarge, 413) }));
app.all("/graphql", async (c) => {
  const response = await answerGraphql(c.req.raw, { db, deployment, now });
  // Yoga says no word of it.
  if (response.status !== 415) return response;
  const got = c.req.header("content-type") ?? "none";
  return c.json(refusal("MEDIA_TYPE", `Content-Type is ${got}: send the query as application/json`), 415);
});

export default app;
