import { db } from "ponder:api";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { readSettings } from "../../settings.ts";
import { maxBodyBytes } from "./graphql/bounds.ts";
import { printSdl } from "./graphql/schema.ts";
import { createGraphqlServer } from "./graphqlServer.ts";

const { deployment } = readSettings(process.env);
const server = createGraphqlServer({ db, deployment, now: () => Date.now() / 1000 });
const app = new Hono();

app.get("/", (c) => c.redirect("/graphql"));
app.get("/schema.graphql", (c) => c.text(printSdl()));
app.use(
  "/graphql",
  bodyLimit({
    maxSize: maxBodyBytes,
    onError: (c) => {
      const message = `The request's body is larger than ${maxBodyBytes} bytes: split the query`;
      return c.json({ errors: [{ message, extensions: { code: "BODY_TOO_LARGE" } }] }, 413);
    },
  }),
);
app.all("/graphql", (c) => server.fetch(c.req.raw));

export default app;
