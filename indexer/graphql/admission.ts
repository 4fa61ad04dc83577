import { admissionStates, type FamilyAdmission } from "../../domain/admission.ts";
import { familyNames } from "../../domain/families.ts";
import { rateOne, ratePerBps } from "../../domain/memory.ts";
import { explainReasons, type ReasonExplanation } from "../../domain/reasons.ts";
import { exposureOf, type ModelAdmission } from "../queries/modelAdmission.ts";
import { builder } from "./builder.ts";
import { FamilyEnum } from "./family.ts";

export const AdmissionStateEnum = builder.enumType("AdmissionState", {
  description: "Where a model stands; derived on every read, stored nowhere.",
  values: admissionStates,
});

const ReasonType = builder.objectRef<ReasonExplanation>("Reason").implement({
  description: "One condition that is not met.",
  fields: (t) => ({
    code: t.exposeString("code", { description: 'Stable, for programs: "too-few-rounds", "repeat", …' }),
    sentence: t.exposeString("sentence", { description: "For people: the value, the bar, the distance." }),
    itemsNeeded: t.int({
      nullable: true,
      description: "Items of evidence still to come at the current rates; null where evidence alone does not help.",
      resolve: ({ itemsNeeded }) => (itemsNeeded === undefined ? null : Number(itemsNeeded)),
    }),
  }),
});

const toBps = (rate: bigint) => Number(rate) / Number(ratePerBps);

const FamilyAdmissionType = builder.objectRef<FamilyAdmission>("FamilyAdmission").implement({
  description: `One family of an admission. The contract's unit is 1/${rateOne}: five of it are a basis point.`,
  fields: (t) => ({
    family: t.field({ type: FamilyEnum, resolve: ({ family }) => family }),
    name: t.string({ resolve: ({ family }) => familyNames[family] }),
    gated: t.exposeBoolean("gated", { description: "The policy has a floor for it." }),
    passes: t.exposeBoolean("passes"),
    rate: t.int({ description: `Unit 1/${rateOne}.`, resolve: ({ rate }) => Number(rate) }),
    lowerBound: t.int({
      description: `Wilson lower bound of the rate, unit 1/${rateOne}.`,
      resolve: ({ lowerBound }) => Number(lowerBound),
    }),
    bar: t.int({
      description: `What the lower bound has to reach, unit 1/${rateOne}; 0 when not gated.`,
      resolve: ({ bar }) => Number(bar),
    }),
    distance: t.int({
      description: "Lower bound − bar: negative is what is missing; 0 when not gated.",
      resolve: ({ distance }) => Number(distance),
    }),
    rateBps: t.float({ resolve: ({ rate }) => toBps(rate) }),
    lowerBoundBps: t.float({ resolve: ({ lowerBound }) => toBps(lowerBound) }),
    barBps: t.float({ resolve: ({ bar }) => toBps(bar) }),
    items: t.int({
      description: "Whole items of evidence behind the rate, rounded down.",
      resolve: ({ items }) => Number(items),
    }),
    itemsNeeded: t.int({
      nullable: true,
      description: "Items of the suite still to come at this rate; 0 when it passes, null when none would do.",
      resolve: ({ itemsNeeded }) => (itemsNeeded === undefined ? null : Number(itemsNeeded)),
    }),
  }),
});

/** The admission of a model's current version at one time. */
export const AdmissionType = builder.objectRef<ModelAdmission>("Admission").implement({
  description:
    "What the rules say of a model's current version at one time. The same as AssayLens.explainAt, with words.",
  fields: (t) => ({
    at: t.field({ type: "DateTime", resolve: ({ admission }) => admission.at }),
    policyId: t.field({ type: "BigInt", resolve: ({ policy }) => policy.id }),
    state: t.field({ type: AdmissionStateEnum, resolve: ({ admission }) => admission.state }),
    admitted: t.boolean({ resolve: ({ admission }) => admission.admitted }),
    reasons: t.field({
      type: [ReasonType],
      complexity: { field: 1, multiplier: 5 },
      description: "Every condition that is not met; empty exactly when admitted.",
      resolve: ({ admission, policy }) => explainReasons(admission, policy),
    }),
    reasonBits: t.field({
      type: "BigInt",
      description: "The same as the contract's bitmap.",
      resolve: ({ admission }) => admission.reasons,
    }),
    families: t.field({
      type: [FamilyAdmissionType],
      complexity: { field: 1, multiplier: 7 },
      resolve: ({ admission }) => [...admission.families],
    }),
    massItems: t.int({ description: "Evidence, whole items.", resolve: ({ admission }) => Number(admission.mass) }),
    scarItems: t.int({ description: "Instability, whole items.", resolve: ({ admission }) => Number(admission.scar) }),
    rounds: t.int({ description: "Results of this version.", resolve: ({ admission }) => Number(admission.rounds) }),
    roundsOnRecord: t.int({
      description: "Rounds that count for maturity: with those taken over from earlier versions.",
      resolve: ({ admission }) => Number(admission.roundsOnRecord),
    }),
    cleanRoundsOwed: t.int({ resolve: ({ admission }) => Number(admission.cleanRoundsOwed) }),
    qualityBps: t.int({ resolve: ({ admission }) => Number(admission.qualityBps) }),
    maturityBps: t.int({ resolve: ({ admission }) => Number(admission.maturityBps) }),
    weight: t.int({
      description: "Routing weight, 0 to 100,000,000; 0 unless admitted.",
      resolve: ({ admission }) => Number(admission.weight),
    }),
    activeStake: t.field({
      type: "BigInt",
      description: "Active bond and the delegations that count beside it, smallest units of the token.",
      resolve: ({ admission }) => admission.activeStake,
    }),
    activeBond: t.field({ type: "BigInt", resolve: ({ admission }) => admission.activeBond }),
    openFreezes: t.int({ resolve: ({ admission }) => Number(admission.openFreezes) }),
    exposure: t.field({
      type: "BigInt",
      description:
        "Tokens of loss that the stake covers, smallest unit; 0 unless admitted. Evaluators' bonds are today's.",
      resolve: (asked, _, context) => exposureOf(asked, context),
    }),
    updatedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Start of the epoch of the last result.",
      resolve: ({ admission }) => admission.updatedAt || null,
    }),
    validUntil: t.field({
      type: "DateTime",
      nullable: true,
      description:
        "The last second until which it stands without a new result, pause, freeze or policy; null unless admitted.",
      resolve: ({ admission }) => admission.validUntil || null,
    }),
  }),
});
