/** `npm run build`: the contracts as they are deployed (optimised through the IR). */
import { compile } from "./compile.ts";

compile("--build-profile", "production");
