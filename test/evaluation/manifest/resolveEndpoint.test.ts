import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../../evaluation/manifest/publicAddress.ts";
import { resolveEndpoint } from "../../../evaluation/manifest/resolveEndpoint.ts";

describe("isPublicAddress", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "default: %s is public",
    (ip) => {
      expect(isPublicAddress(ip)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "fc00::1",
    "fe80::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001:0:1::",
    "localhost",
    "",
  ])("behavior: %s is not", (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });
});

describe("resolveEndpoint", () => {
  it.each([
    "http://127.0.0.1:9/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]:9/",
    "http://[::ffff:10.0.0.1]/",
    "http://localhost/",
  ])("error: %s is private", async (url) => {
    await expect(resolveEndpoint(new URL(url), [])).rejects.toMatchObject({
      name: "EndpointError",
      message: expect.stringMatching(/private address .* allow the host by name/),
    });
  });

  it("behavior: allowed by name or by name and port, and by nothing else", async () => {
    const url = new URL("http://127.0.0.1:9/");
    expect(await resolveEndpoint(url, ["127.0.0.1"])).toMatchObject({ address: "127.0.0.1", family: 4 });
    expect(await resolveEndpoint(url, ["127.0.0.1:9"])).toMatchObject({ address: "127.0.0.1" });
    await expect(resolveEndpoint(url, ["127.0.0.1:8", "localhost"])).rejects.toMatchObject({ name: "EndpointError" });
  });

  it("error: a name that does not resolve", async () => {
    await expect(resolveEndpoint(new URL("http://no-such-host.invalid/"), [])).rejects.toThrow(
      "no-such-host.invalid does not resolve; check the endpoint in the manifest and the network",
    );
  });
});
