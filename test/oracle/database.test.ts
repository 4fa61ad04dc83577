import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseLostError } from "../../oracle/database/database.ts";
import { databaseConfigSchema, databasePlace } from "../../oracle/database/databasePlace.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { SchemaLockedError } from "../../oracle/database/schemaLock.ts";
import { RefusedStart } from "../../oracle/service/refusedStart.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";
import { startTestPostgres, type TestPostgres } from "./testPostgres.ts";

const tables = "create table if not exists notes (id bigint primary key, note text not null)";

describeOnEachDatabase("database", (place) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase(place(), tables);
  });
  afterAll(() => database.close());

  test("default: what a transaction wrote is there, and still after closing and opening again", async () => {
    await database.transaction(async (tx) => {
      await tx.query("insert into notes values ($1, $2)", [1, "kept"]);
    });
    await database.close();
    database = await openDatabase(place(), tables);
    expect(await database.query("select id, note from notes")).toMatchObject({ rows: [{ id: 1, note: "kept" }] });
  });

  test("behavior: 64-bit numbers are exact: numbers while they are safe, big integers beyond", async () => {
    const found = await database.query("select 7::bigint as small, 9007199254740993::bigint as large");
    expect(found.rows).toEqual([{ small: 7, large: 9_007_199_254_740_993n }]);
  });

  test("error: a transaction that throws leaves nothing, and the next one works", async () => {
    const failed = database.transaction(async (tx) => {
      await tx.query("insert into notes values (2, 'lost')");
      throw new RangeError("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    const left = await database.transaction((tx) => tx.query("select * from notes where id = 2"));
    expect(left.rows).toEqual([]);
  });

  test("behavior: transactions run one after another, so that none loses what another wrote", async () => {
    await database.query("insert into notes values (3, '0')");
    const increase = () =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<{ note: string }>("select note from notes where id = 3");
        await tx.query("update notes set note = $1 where id = 3", [`${Number(rows[0]?.note) + 1}`]);
      });
    await Promise.all(Array.from({ length: 20 }, increase));
    expect((await database.query("select note from notes where id = 3")).rows).toEqual([{ note: "20" }]);
  });

  test("behavior: pg-boss runs on it", async () => {
    const kind = "url" in place() ? {} : { backend: "pglite" as const };
    const boss = new PgBoss({ db: database, schema: "jobs", supervise: false, schedule: false, ...kind });
    await boss.start();
    await boss.createQueue("notes");
    await boss.send("notes", { note: 1 }, { singletonKey: "one" });
    const [job] = await boss.fetch("notes");
    expect(job?.data).toEqual({ note: 1 });
    await boss.stop({ graceful: false });
    expect((await database.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test("error: a script that fails half way does not poison what comes after", async () => {
    await expect(
      database.executeSql("begin; insert into notes values (4, 'x'); select nonsense; commit"),
    ).rejects.toThrow();
    expect((await database.query("select * from notes where id = 4")).rows).toEqual([]);
    expect((await database.executeSql("select 1 as a; select 2 as b")).rows).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe("a database in a directory", () => {
  const sizeOf = (directory: string): number =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

  test("behavior: where it is tidied, as much again as was forgotten takes no more room, in tables and log", async () => {
    const directory = mkdtempSync(join(tmpdir(), "assay-tidy-"));
    const database = await openDatabase({ directory }, tables);
    const sizes: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      // Some 10 MB; a file of the log holds 16.
      await database.query("insert into notes select i, repeat('assay', 320) from generate_series(1, 6000) i");
      await database.query("delete from notes");
      await database.tidy();
      sizes.push(sizeOf(directory));
    }
    const [settled = 0, ...later] = sizes.slice(2);
    expect(later.filter((size) => size > settled)).toEqual([]);
    await database.close();
    rmSync(directory, { recursive: true });
  });
});

describe("a database in a directory that stops", () => {
  /** Takes the folder of its log away, so that it cannot write the next file of it: as a full disk does. */
  const openWithoutLog = async () => {
    const directory = mkdtempSync(join(tmpdir(), "assay-stop-"));
    const database = await openDatabase({ directory }, tables);
    await database.query("insert into notes values (1, 'kept')");
    await database.query("select pg_switch_wal()");
    const log = join(directory, "database/pg_wal");
    renameSync(log, `${log}.aside`);
    return { directory, database, putBack: () => renameSync(`${log}.aside`, log) };
  };
  const write = "insert into notes values (2, 'lost')";
  const says = /^the database \S+ has stopped \(.*pg_wal.*\): make room on its disk, .* and start again$/;
  type Write = (database: Database) => Promise<unknown>;

  test.each<[string, Write]>([
    ["a statement", (database) => database.query(write)],
    ["a script", (database) => database.executeSql(`${write}; select 1`)],
    [
      "a transaction",
      (database) =>
        database.transaction(async (tx) => {
          await tx.query(write);
        }),
    ],
  ])(
    "error: in %s, it is lost at once, what waits is refused, and the next start has what was kept",
    async (_, work) => {
      const { directory, database, putBack } = await openWithoutLog();
      const [failed, waiting] = await Promise.allSettled([work(database), database.query("select 1")]);
      expect([failed, waiting]).toMatchObject([
        { status: "rejected", reason: expect.any(DatabaseLostError) },
        { status: "rejected", reason: expect.any(DatabaseLostError) },
      ]);
      expect((await database.lost).message).toMatch(says);
      await expect(database.transaction((tx) => tx.query("select 1"))).rejects.toThrow(says);
      await database.close();
      putBack();
      const next = await openDatabase({ directory }, tables);
      expect((await next.query("select note from notes")).rows).toEqual([{ note: "kept" }]);
      await next.close();
      rmSync(directory, { recursive: true });
    },
  );
});

describe("one copy of a Postgres schema", () => {
  let postgres: TestPostgres;
  let admin: Database;
  const open = (schema: string, shared = false) => openDatabase({ url: postgres.url, schema, shared }, tables);
  /** Cuts the connection that holds a schema, as a server that restarts or a network that breaks would. */
  const cut = () =>
    admin.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
       and objid::int8 = (hashtext('cut')::int8 & 4294967295)`,
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
    admin = await open("admin");
  });
  afterAll(async () => {
    await admin.close();
    await postgres.close();
  });

  test("default: a second copy is refused, a helper and another schema are not, and after the first the second is let in", async () => {
    const first = await open("one");
    await expect(open("one")).rejects.toThrow(SchemaLockedError);
    await expect(open("one")).rejects.toThrow(
      /^schema one of the database postgres at 127\.0\.0\.1:\d+ is in use by another process: stop that one, or give this one a schema of its own$/,
    );
    const helper = await open("one", true);
    await helper.query("insert into notes values (1, 'from a helper')");
    await helper.close();
    await (await open("two")).close();
    await first.close();
    const next = await open("one");
    expect((await next.query("select note from notes")).rows).toEqual([{ note: "from a helper" }]);
    await next.close();
  });

  test("error: a copy whose hold broke does nothing more", async () => {
    const copy = await open("cut");
    await cut();
    expect(await copy.lost).toBeInstanceOf(DatabaseLostError);
    await expect(copy.transaction((tx) => tx.query("select 1"))).rejects.toThrow(/is gone .* this one ends/);
    await expect(copy.query("select 1")).rejects.toThrow(DatabaseLostError);
    await copy.close();
  });

  test("error: a copy that was taken over writes nothing, also when it has not noticed", async () => {
    const copy = await open("taken");
    await admin.query("update taken.copy_holder set holder = 'another copy'");
    const write = copy.transaction((tx) => tx.query("insert into notes values (9, 'late')"));
    await expect(write).rejects.toThrow(DatabaseLostError);
    expect((await admin.query("select * from taken.notes")).rows).toEqual([]);
    expect((await copy.lost).message).toContain("another copy has taken schema taken over");
    await copy.close();
  });

  test("error: a server that does not let it in is one line without the password", async () => {
    const refusal = async (change: (url: URL) => void) => {
      const url = new URL(postgres.url);
      change(url);
      const error = await openDatabase({ url: url.href, schema: "x" }, tables).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(RefusedStart);
      const line = error instanceof Error ? error.message : "";
      expect(line).not.toContain("secret");
      expect(line).not.toContain("\n");
      return line.replaceAll(url.port, "PORT");
    };
    expect(await refusal((url) => Object.assign(url, { password: "secret-but-wrong" }))).toBe(
      'the database postgres at 127.0.0.1:PORT: it does not let assay in: correct user or password in "database"',
    );
    expect(await refusal((url) => Object.assign(url, { pathname: "/elsewhere" }))).toBe(
      'the database elsewhere at 127.0.0.1:PORT: there is no database elsewhere: create it, or correct "database"',
    );
    expect(await refusal((url) => Object.assign(url, { port: "9" }))).toMatch(
      /^the database postgres at 127\.0\.0\.1:PORT: it does not answer \(connect ECONNREFUSED .*\): start it, or correct "database"$/,
    );
  });
});

describe("where a database is", () => {
  const url = "postgresql://assay:secret@db:5432/assay";
  const defaults = {
    directory: "/data",
    schema: "assay_node",
    env: { ASSAY_DATABASE_URL: url, WRONG: "mysql://secret" },
  };
  const place = (config: unknown) => databasePlace(databaseConfigSchema.parse(config), defaults);

  test("default: the data directory, without a configuration", () => {
    expect(place(undefined)).toEqual({ directory: "/data" });
  });

  test("behavior: a URL, an object with one, an environment variable or a file that holds it", () => {
    expect(place(url)).toEqual({ url, schema: "assay_node" });
    expect(place({ url, schema: "second" })).toEqual({ url, schema: "second" });
    expect(place({ env: "ASSAY_DATABASE_URL" })).toEqual({ url, schema: "assay_node" });
    const directory = mkdtempSync(join(tmpdir(), "assay-url-"));
    const file = join(directory, "url");
    writeFileSync(file, `${url}\n`);
    expect(place({ file })).toEqual({ url, schema: "assay_node" });
    rmSync(directory, { recursive: true });
  });

  test("error: no Postgres URL, a schema that is none, a variable that is not set; no secret is repeated", () => {
    for (const wrong of ["mysql://secret", { url: "secret" }, { url, schema: "Robert'); drop" }, { env: "" }, {}]) {
      const parsed = databaseConfigSchema.safeParse(wrong);
      expect(parsed.success).toBe(false);
      expect(parsed.error?.message).not.toContain("secret");
    }
    expect(() => place({ env: "NONE" })).toThrow(
      "database: the variable NONE is not set: it must be a URL like postgresql://",
    );
    expect(() => place({ env: "WRONG" })).toThrow("database: the variable WRONG holds no Postgres URL");
  });
});
