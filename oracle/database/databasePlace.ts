import { z } from "zod";
import { readText } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/** A schema of a database on a Postgres server. */
export interface PostgresPlace {
  /** postgresql://user:password@host:port/database */
  readonly url: string;
  readonly schema: string;
  /** For a helper process of the one that holds the schema: it neither takes the hold nor makes tables. */
  readonly shared?: boolean | undefined;
}

/** Where a database is: in a directory of this machine, or on a server. */
export type DatabasePlace = { readonly directory: string } | PostgresPlace;

const shape = "a URL like postgresql://user:password@host:5432/database";
const isPostgresUrl = (value: string): boolean => URL.canParse(value) && /^postgres(ql)?:\/\//.test(value);

const url = z
  .string()
  .max(2_048)
  // The value is not repeated: it holds a password.
  .refine(isPostgresUrl, `must be ${shape}`);
const schema = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, "must be a lower-case name of letters, digits and _, of at most 63")
  .optional();
const form = `must be ${shape}, or { url | env | file, schema } with a schema of lower-case letters, digits and _`;

/** Configuration of a service's database; PGlite in its data directory without. */
export const databaseConfigSchema = z
  .union(
    [
      url,
      z.strictObject({ url, schema }),
      z.strictObject({ env: z.string().min(1), schema }),
      z.strictObject({ file: z.string().min(1), schema }),
    ],
    { error: form },
  )
  .optional()
  .describe(
    "Postgres for the tables: a URL, or { url | env | file, schema }, where env names an environment variable and file a file that " +
      "holds the URL. Each service has a schema of its own. Without: PGlite in dataDir, for one process.",
  );

export type DatabaseConfig = z.infer<typeof databaseConfigSchema>;

/** What there is without a database server, and the names a configuration need not give. */
export interface DatabaseDefaults {
  readonly directory: string;
  readonly schema: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where a configured database is; secrets are fetched from where the configuration says.
 * @throws RefusedStart when the variable or the file holds no Postgres URL.
 */
export function databasePlace(config: DatabaseConfig, defaults: DatabaseDefaults): DatabasePlace {
  if (config === undefined) return { directory: defaults.directory };
  if (typeof config === "string") return { url: config, schema: defaults.schema };
  const schemaName = config.schema ?? defaults.schema;
  if ("url" in config) return { url: config.url, schema: schemaName };
  const [source, found] =
    "env" in config
      ? [`the variable ${config.env}`, defaults.env[config.env]]
      : [`the file ${config.file}`, readText(config.file, "database URL file").trim()];
  if (found === undefined || !isPostgresUrl(found))
    throw new RefusedStart(
      `database: ${source} ${found === undefined ? "is not set" : "holds no Postgres URL"}: ` + `it must be ${shape}`,
    );
  return { url: found, schema: schemaName };
}
