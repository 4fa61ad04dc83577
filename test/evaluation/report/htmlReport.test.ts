import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, describe, expect, it } from "vitest";
import { type EvaluateOptions, evaluate } from "../../../evaluation/evaluate.ts";
import { writeHtmlReport } from "../../../evaluation/report/writeHtmlReport.ts";
import { type Answer, oracleOf, raw, startModelServer } from "../modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../testSuite.ts";
import { openPage, startBrowser } from "./openPage.ts";

const suite = await quickTempered();
const oracle = oracleOf(planOf(suite, "quick"));
const browser = await startBrowser();
afterAll(() => browser.close());

const attack = "window.attacked = true";
const hostileTexts = [
  `</script><script>${attack}</script>`,
  `<!--<script>${attack}</script>`,
  `<img src=x onerror="${attack}">`,
  `"><svg onload="${attack}"></svg>`,
  `\u2028${attack}\u2029`,
  `]]></pre></details><iframe srcdoc="<script>parent.${attack}</script>"></iframe>`,
  "\ud800 lone, \u202e turned, \u0007 bell, \u200b nothing",
  `javascript:${attack}`,
];

/** Right every other time, else an attack; a few of them as the body of a failure. */
const hostile: Answer = (chat, response, request) => {
  const { count } = chat;
  if (count % 2 === 0) return oracle(chat, response, request);
  const text = hostileTexts[count % hostileTexts.length] ?? "";
  if (count % 9 !== 0) return text + hostileTexts[(count >> 3) % hostileTexts.length];
  response.statusCode = 500;
  response.end(text);
  return null;
};

function optionsOf(url: string, name: string, outDir: string): EvaluateOptions {
  const context = { startedAt: "<b>now</b>" };
  const manifest = manifestOf(url, { name });
  return { manifest, suite, profile: "quick", seed, context, allowPrivateHosts: ["127.0.0.1"], outDir };
}

async function reportOn(answer: Answer, name: string): Promise<string> {
  const server = await startModelServer(answer);
  const { path } = await evaluate(optionsOf(server.url, name, await mkdtemp(join(tmpdir(), "assay-"))));
  await server.close();
  return writeHtmlReport(path);
}

/** A run that is stopped at its 40th request and gone on with. */
async function reportOnInterrupted(): Promise<string> {
  const stop = new AbortController();
  const server = await startModelServer((chat, response, request) => {
    if (chat.count === 40) stop.abort(new Error("enough"));
    return oracle(chat, response, request);
  });
  const options = optionsOf(server.url, "interrupted", await mkdtemp(join(tmpdir(), "assay-")));
  await expect(evaluate({ ...options, signal: stop.signal })).rejects.toThrow("enough");
  const { path } = await evaluate({ ...options, resume: true });
  await server.close();
  return writeHtmlReport(path);
}

const sound = await reportOn(oracle, "sound");
const attacked = await reportOn(hostile, `<script>${attack}</script>`);

describe("htmlReport", () => {
  it("default: verdict, charts and items, from disk and with no request to anywhere", async () => {
    const { page, complaints, requests } = await openPage(browser, sound);
    expect(await page.textContent("h1")).toBe("sound");
    expect(await page.textContent(".verdict")).toContain("Not proven: too few items for");
    expect(await page.locator("#families .bars li").count()).toBe(7);
    expect(await page.textContent("#item-count")).toBe("53 of 53 items");
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    await page.context().close();
  });

  it("default: every chart can be read as a table", async () => {
    const { page } = await openPage(browser, sound);
    const charts = page.locator(".panel:has(.bars, .lines)");
    const count = await charts.count();
    expect(count).toBeGreaterThan(4);
    for (let index = 0; index < count; index++) {
      const chart = charts.nth(index);
      await chart.locator("summary").click();
      expect(await chart.locator("tbody tr").first().isVisible()).toBe(true);
    }
    await page.context().close();
  });

  it("default: an item opens what was asked, answered and why it has its grade", async () => {
    const { page } = await openPage(browser, sound);
    await page.selectOption("[name=family]", "J");
    expect(await page.textContent("#item-count")).toBe("10 of 53 items");
    const item = page.locator(".item").first();
    await item.locator("summary").click();
    expect(await item.locator("figcaption").allTextContents()).toEqual([
      "asked",
      "right answer",
      expect.stringMatching(/^reply — grade 10000 · read as \w+ · [\d.]+ ms · line \d+ of the evidence$/),
    ]);
    await page.context().close();
  });

  it("default: conversations and their controls, depth by depth", async () => {
    const { page } = await openPage(browser, sound);
    await page.locator("#depth summary").click();
    expect(await page.locator("#depth tbody tr").last().locator("td").allTextContents()).toEqual([
      ...["1 of 1", "100.00 %", "20.00 %"],
      ...["1 of 1", "100.00 %", "20.00 %"],
    ]);
    expect(await page.locator("#depth .legend li").allTextContents()).toEqual(["turn by turn", "in one message"]);
    expect(await page.textContent("#depth")).toContain("There is no cliff");
    await page.selectOption("[name=family]", "C");
    expect(await page.locator(".item summary").last().textContent()).toContain("right; in one message: right");
    await page.context().close();
  });

  it("behavior: says that a run was interrupted, and nothing of it when it was not", async () => {
    const facts = async (file: string) => {
      const { page } = await openPage(browser, file);
      const text = await page.textContent(".facts");
      await page.context().close();
      return text;
    };
    expect(await facts(await reportOnInterrupted())).toMatch(/ s · interrupted once, \d+ s in all, and resumed$/);
    expect(await facts(sound)).not.toContain("interrupted");
  });

  it("behavior: a run that says nothing about the model shows its figures without a verdict: no bar is good or bad", async () => {
    const unanswered = await reportOn(
      raw((response) => response.destroy()),
      "unanswered",
    );
    const { page } = await openPage(browser, unanswered);
    expect(await page.textContent(".verdict")).toContain("No verdict");
    const fills = await page
      .locator(".bars .fill")
      .evaluateAll((all) => all.map((each) => getComputedStyle(each).fill));
    expect(new Set(fills).size).toBe(1);
    expect(await page.textContent("#families")).not.toMatch(/reaches its floor|below its floor|not proven/);
    await page.context().close();
  });

  it("behavior: filters by outcome and text, by keyboard alone", async () => {
    const { page } = await openPage(browser, attacked);
    const all = await page.textContent("#item-count");
    await page.focus("[name=outcome]");
    await page.keyboard.type("failed");
    const failed = await page.locator(".item .outcome").allTextContents();
    expect(new Set(failed)).toEqual(new Set(["failed"]));
    await page.keyboard.press("Tab");
    await page.keyboard.type("no such words anywhere");
    expect(await page.textContent("#item-count")).toMatch(/^0 of /);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".item[open] pre").first().waitFor();
    expect(all).toMatch(/^(\d+) of \1 items$/);
    await page.context().close();
  });

  it("behavior: replies are hostile text: shown, never run", async () => {
    const { page, complaints, requests } = await openPage(browser, attacked);
    await page.evaluate(() => {
      for (const item of document.querySelectorAll("details")) item.open = true;
    });
    await page.locator("pre", { hasText: "<img src=x onerror" }).first().waitFor();
    expect(await page.evaluate(() => "attacked" in window)).toBe(false);
    expect(await page.locator("img, iframe, svg[onload], script:not([type='module']):not(#item-data)").count()).toBe(0);
    expect(await page.textContent("h1")).toBe(`<script>${attack}</script>`);
    const codes = await page.locator(".code").allTextContents();
    expect(codes).toEqual(expect.arrayContaining(["U+D800", "U+202E", "U+0007", "U+200B", "U+2028"]));
    expect([...complaints, ...requests.slice(1).filter((url) => !url.startsWith("data:"))]).toEqual([]);
    await page.context().close();
  });

  it("behavior: the policy of the page stops what it did not bring", async () => {
    const { page, complaints } = await openPage(browser, sound);
    await page
      .evaluate((code) => {
        const script = document.createElement("script");
        script.append(code);
        document.body.append(script);
      }, attack)
      .catch(() => {});
    expect(await page.evaluate(() => "attacked" in window)).toBe(false);
    const made = page.evaluate(() => {
      document.body.innerHTML = "<p>markup</p>";
    });
    await expect(made).rejects.toThrow(/TrustedHTML/);
    expect(complaints.join()).toContain("TrustedScript");
    await page.context().close();
  });

  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("behavior: %s at %i px is accessible and scrolls one way only", async (colorScheme, width) => {
    const { page } = await openPage(browser, attacked, { colorScheme, viewport: { width, height: 800 } });
    await page.locator(".item summary").first().click();
    await page.locator(".data summary").first().click();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await page.context().close();
  });

  it("behavior: the reader may turn light to dark", async () => {
    const { page } = await openPage(browser, sound, { colorScheme: "light" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.click("#theme");
    expect(await background()).not.toBe(light);
    expect(await page.textContent("#theme")).toBe("Light");
    await page.context().close();
  });

  it("behavior: charts and tables are there without scripts", async () => {
    const { page } = await openPage(browser, sound, { javaScriptEnabled: false });
    expect(await page.locator("#families .bars li").count()).toBe(7);
    expect(await page.locator("#items noscript").isVisible()).toBe(true);
    await page.context().close();
  });

  it("behavior: the same evidence makes the same page, to the byte", async () => {
    const before = await readFile(sound);
    const [blob] = (await readdir(dirname(sound))).filter((name) => name.endsWith(".ndjson"));
    await writeHtmlReport(join(dirname(sound), blob ?? ""));
    expect(before.equals(await readFile(sound))).toBe(true);
  });

  it("error: evidence that does not replay makes no page", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assay-"));
    const blob = join(folder, "cut.ndjson");
    await writeFile(blob, "{}\n");
    await expect(writeHtmlReport(blob)).rejects.toThrow(/line 1/);
    expect(await readdir(folder)).toEqual(["cut.ndjson"]);
  });
});
