import { z } from "zod";
import { rpcUrlsSchema } from "../chain/rpcUrls.ts";
import { databaseConfigSchema } from "../database/databasePlace.ts";
import { isAddressRange } from "../http/clientAddress.ts";
import { boardLimitsSchema } from "./boardLimits.ts";

/** The configuration of a message board: one file, validated as a whole before anything starts. */
export const boardConfigSchema = z
  .strictObject({
    rpcUrls: rpcUrlsSchema,
    deployment: z.string().min(1).describe("Path of the deployment file: which contracts, on which chain."),
    dataDir: z
      .string()
      .min(1)
      .optional()
      .describe("Folder for the messages where no database is configured; one process at a time."),
    database: databaseConfigSchema,
    host: z.string().min(1).default("127.0.0.1").describe("Address on which the board listens."),
    port: z.int().min(0).max(65_535).default(42_070).describe("Port on which the board listens; 0 takes a free one."),
    limits: boardLimitsSchema
      .prefault({})
      .describe(
        "What one evaluator and one client address may ask of the board; all IPv6 addresses of one /64 are one.",
      ),
    trustedProxies: z
      .array(z.string().refine(isAddressRange, "must be an IP address, or a range of them like 10.0.0.0/8"))
      .max(64)
      .default([])
      .describe(
        "Reverse proxies in front of the board: addresses, or ranges like 10.0.0.0/8. Of their requests the client's address is the " +
          "one in X-Forwarded-For. Without them nobody's X-Forwarded-For is believed, and all clients of a proxy share one limit.",
      ),
    retainRounds: z.int().min(4).max(100_000).default(64).describe("Rounds whose messages are kept."),
    logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info").describe("How much is logged."),
    logFile: z.string().min(1).optional().describe("File for the log, JSON lines; stderr without."),
  })
  .refine(({ dataDir, database }) => dataDir !== undefined || database !== undefined, {
    path: ["dataDir"],
    message: "is missing: give a folder to keep messages in, or database",
  });
