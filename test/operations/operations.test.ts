import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { createBoardMetrics } from "../../oracle/board/boardMetrics.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { runForTest } from "../cli/runForTest.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "operations");
const read = (path: string) => readFileSync(join(folder, path), "utf8");

const registries = [
  createMetrics().registry,
  createBoardMetrics({
    size: async () => ({ messages: 0, bytes: 0 }),
    isReady: async () => true,
    headAgeSeconds: async () => 0,
    diskFreeBytes: async () => 0,
  }).registry,
];
const metrics = (await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()))).flat();

/** Names under which Prometheus finds what a node and a board count, and the one it makes itself. */
const known = new Set([
  "up",
  ...metrics.flatMap(({ name, type }) =>
    `${type}` === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => `${name}${part}`) : [name],
  ),
]);

/** Metric names of a PromQL expression; throws when it is none. */
function metricsIn(expression: string): string[] {
  const names: string[] = [];
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new SyntaxError(`no PromQL at ${node.from}: ${expression}`);
      if (node.name === "Identifier") names.push(expression.slice(node.from, node.to));
    },
  });
  return names;
}

/** Files and packages that a program imports before it does anything, types aside; what only `deploy` loads is not among them. */
function reachedFrom(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const source = readFileSync(join(root, file), "utf8");
    const imports = /^(?:import|export)\s(?!type\s)[^;]*?from "([^"]+)";|^import "([^"]+)";/gm;
    for (const [, from, bare] of source.matchAll(imports)) {
      const name = from ?? bare ?? "";
      if (name.startsWith(".")) visit(join(dirname(file), name));
      else if (!name.startsWith("node:"))
        packages.add(
          name
            .split("/")
            .slice(0, name.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  };
  visit(entry);
  return { files, packages };
}

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["warning", "critical"]) }),
          annotations: z.object({ summary: z.string().min(1), description: z.string().min(1) }),
        }),
      ),
    }),
  ),
});
const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).min(1) })),
});
const scrapeSchema = z.object({ scrape_configs: z.array(z.object({ job_name: z.string() })) });
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).optional(),
      volumes: z.array(z.string()).default([]),
    }),
  ),
});

const rules = rulesSchema.parse(parseYaml(read("prometheus/alerts.yaml"))).groups.flatMap(({ rules }) => rules);

describe("what watches a node", () => {
  test.each(rules.map(({ alert, expr }) => [alert, expr]))(
    "default: alert %s asks for metrics that exist",
    (_, expr) => {
      expect(metricsIn(expr).filter((name) => !known.has(name))).toEqual([]);
      expect(metricsIn(expr)).not.toEqual([]);
    },
  );

  test("behavior: what alerts count is there before it happens the first time", () => {
    const counted = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/(\w+_total)\{(\w+)=~?"([\w|]+)"\}/g)].flatMap(([, name, label = "", values = ""]) =>
        values.split("|").map((value) => ({ name, label, value })),
      ),
    );
    expect(counted.length).toBeGreaterThan(3);
    const absent = counted.filter(({ name, label, value }) => {
      const series = metrics.find((metric) => metric.name === name)?.values ?? [];
      return !series.some(({ labels }) => Object.entries(labels).some(([l, v]) => l === label && v === value));
    });
    expect(absent).toEqual([]);
  });

  test.each(["assay-node", "assay-board"])(
    "default: every panel of dashboard %s asks for metrics that exist",
    (name) => {
      const { panels } = dashboardSchema.parse(JSON.parse(read(`grafana/dashboards/${name}.json`)));
      const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
      expect(asked.filter((name) => !known.has(name))).toEqual([]);
      expect(panels.length).toBeGreaterThan(10);
    },
  );

  test("error: a name that no metric has, and what is no PromQL, are noticed", () => {
    expect(metricsIn("rate(assay_colour[5m])").filter((name) => !known.has(name))).toEqual(["assay_colour"]);
    expect(() => metricsIn("sum by (a (assay_board_up)")).toThrow(SyntaxError);
  });

  test("behavior: the board is scraped under the name that its alerts go by", () => {
    const { scrape_configs } = scrapeSchema.parse(parseYaml(read("prometheus/prometheus.yaml")));
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(["assay-node", "assay-board"]);
  });

  test("behavior: every alert is explained in the operator's guide", () => {
    const guide = readFileSync(join(root, "docs/operating-a-node.md"), "utf8");
    expect(rules.filter(({ alert }) => !guide.includes(`\`${alert}\``)).map(({ alert }) => alert)).toEqual([]);
  });
});

describe("what runs a node", () => {
  test("default: the image copies folders that exist, and starts a file that does", () => {
    const lines = read("Dockerfile").split("\n");
    const copied = lines
      .filter((line) => line.startsWith("COPY ") && !line.includes("--from"))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied).toContain("oracle");
    const [entry] = lines.filter((line) => line.startsWith("ENTRYPOINT "));
    expect(entry).toBe('ENTRYPOINT ["node", "/assay/cli/main.ts"]');
    expect(existsSync(join(root, "cli/main.ts"))).toBe(true);
  });

  test("default: what the image holds is all that the command reaches, and npm installs without development tools", () => {
    const copied = new Set(
      [...read("Dockerfile").matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(/\s+/)),
    );
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    const { files, packages } = reachedFrom("cli/main.ts");
    expect(files.size).toBeGreaterThan(100);
    expect([...files].filter((file) => !copied.has(file.split("/")[0] ?? ""))).toEqual([]);
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test("default: image, compose file and unit start commands that there are", async () => {
    const { services } = composeSchema.parse(parseYaml(read("compose.yaml")));
    const [, imageCommand = "[]"] = /^CMD (\[.*\])$/m.exec(read("Dockerfile")) ?? [];
    const [, unitCommand = ""] =
      /^ExecStart=\S+ \/opt\/assay\/cli\/main\.ts (.*)$/m.exec(read("systemd/assay-node.service")) ?? [];
    const commands = [
      z.array(z.string()).parse(JSON.parse(imageCommand)),
      services.node?.command ?? [],
      unitCommand.split(" "),
    ];
    for (const words of commands) {
      expect(words.slice(0, 2)).toEqual(["operator", "run"]);
      const { code, out } = await runForTest([...words.slice(0, 2), "--help"]);
      expect(code).toBe(0);
      for (const option of words.filter((word) => word.startsWith("--"))) expect(out).toContain(option);
    }
  });

  test("default: the image asks for its health where the node answers, as a user that is not root", () => {
    const dockerfile = read("Dockerfile");
    const port = nodeConfigSchema.shape.port.parse(undefined);
    expect(dockerfile).toContain(`http://127.0.0.1:${port}/healthz`);
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE .*\\b${port}\\b`, "m"));
    expect(dockerfile.lastIndexOf("\nUSER node")).toBeGreaterThan(dockerfile.lastIndexOf("\nRUN "));
    expect(read("prometheus/prometheus.yaml")).toContain(`node:${port}`);
  });

  test("behavior: images are pinned, mounted files exist", () => {
    const { services } = composeSchema.parse(parseYaml(read("compose.yaml")));
    const images = Object.values(services).flatMap(({ image }) => image ?? []);
    const from = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, image = ""]) => image);
    for (const image of [...images, ...from]) expect(image).toMatch(/:v?\d+\.\d+/);
    const mounted = Object.values(services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(":")[0] ?? ""),
    );
    const missing = mounted.filter(
      (path) => path.startsWith("./") && path !== "./data" && !existsSync(join(folder, path)),
    );
    expect(missing).toEqual([]);
    expect(services.node?.command).toEqual(["operator", "run", "--config", "/data/node.json5"]);
    expect(services.board?.command).toEqual(["board", "--config", "/data/board.json5"]);
  });

  test.for(["assay-node", "assay-board"])(
    "behavior: unit %s has only directives that systemd knows",
    (name, { skip }) => {
      const unit = join(folder, `systemd/${name}.service`);
      const sections = readFileSync(unit, "utf8").match(/^\[(Unit|Service|Install)\]$/gm);
      expect(sections).toEqual(["[Unit]", "[Service]", "[Install]"]);
      if (!existsSync("/usr/bin/systemd-analyze")) skip("systemd-analyze is not on this machine");
      let said = "";
      try {
        execFileSync("/usr/bin/systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8", stdio: "pipe" });
      } catch (error) {
        said = error instanceof Error && "stderr" in error ? `${error.stderr}` : "";
      }
      expect(said).not.toMatch(/Unknown (key|section|lvalue)|Failed to parse|Invalid/i);
    },
  );
});
