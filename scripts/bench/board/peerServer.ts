/**
 * What a board would be that checks nothing: the same HTTP server and the same database, but text goes in as it comes, each in a
 * transaction, and every page is the same one, from memory.
 */
import { Hono } from "hono";
import { openDatabase } from "../../../oracle/database/openDatabase.ts";
import { serveApp } from "../../../oracle/http/serveApp.ts";
import { runService } from "../../../oracle/service/runService.ts";

const [, , , place = ""] = process.argv;
const schema = "create table if not exists texts (cursor bigserial primary key, body text not null)";

await runService("peer", async () => {
  const database = await openDatabase(
    place.startsWith("postgres") ? { url: place, schema: "peer" } : { directory: place },
    schema,
  );
  const page: string[] = [];
  const app = new Hono();
  app.post("/v1/messages", async (c) => {
    const text = await c.req.text();
    await database.transaction(async (tx) => void (await tx.query("insert into texts (body) values ($1)", [text])));
    if (page.length < 100) page.push(`{"cursor":${page.length + 1},"message":${text}}`);
    return c.json({}, 201);
  });
  app.get("/v1/rounds/:roundId/messages", (c) =>
    c.body(`{"messages":[${page.join(",")}]}`, 200, { "content-type": "application/json" }),
  );
  const { url, close } = await serveApp(app, "127.0.0.1", 0);
  return { ready: `peer ready ${url}`, close: () => close().then(database.close) };
});
