import { StoreError } from "./blobStore.ts";

/** Where a bucket is and how to get in. */
export interface S3Config {
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const defaultRegion = "us-east-1";

/**
 * Reads `s3://bucket/prefix` with the environment variables that every S3 tool reads: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 * AWS_SESSION_TOKEN, AWS_REGION and, for servers that are not Amazon's, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
 * @throws StoreError naming what is missing
 */
export function readS3Config(location: string, env: Env): S3Config {
  const [, bucket, rest = ""] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(location) ?? [];
  if (bucket === undefined)
    throw new StoreError(
      `${location} is no bucket; write s3://bucket/prefix, the bucket with 3 to 63 characters in lower case`,
    );
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || defaultRegion;
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`;
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint))
    throw new StoreError(`AWS_ENDPOINT_URL_S3 is "${endpoint}", no URL; write it as https://host:port`);
  const sessionToken = env.AWS_SESSION_TOKEN;
  return {
    endpoint: new URL(endpoint),
    region,
    bucket,
    prefix: rest.split("/").filter(Boolean).join("/"),
    accessKeyId: required(env, "AWS_ACCESS_KEY_ID", location),
    secretAccessKey: required(env, "AWS_SECRET_ACCESS_KEY", location),
    ...(sessionToken && { sessionToken }),
  };
}

function required(env: Env, name: string, location: string): string {
  const value = env[name];
  if (!value) throw new StoreError(`environment variable ${name}, which ${location} needs, is not set; export it`);
  return value;
}
