import { completionsUrl, type Manifest } from "../../evaluation/manifest/manifest.ts";

/** Whom a version's requests go to: host and port. Versions of one host are counted together. */
export const endpointHost = ({ endpoint }: Pick<Manifest, "endpoint">): string => completionsUrl(endpoint).host;
