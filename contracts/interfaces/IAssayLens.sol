// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a model stands. Derived on every read, stored nowhere.
enum AdmissionState {
    Unbonded,
    Experimental,
    Eligible,
    Admitted,
    Suspended,
    Stale,
    Contested,
    Retired
}

/// @notice Why evaluators measure a model in a round, or why they do not: due from StandardLane on.
enum DueReason {
    /// There is no such model.
    NoVersion,
    /// Its current version is not older than the round: a result of this round would be stale.
    TooNew,
    /// Its owner has retired it, and the round began when it was no longer to be measured.
    Retired,
    /// In the standard lane, with less active bond than the round's policy asks for.
    BondTooSmall,
    /// Bonded, but this round is not prepaid.
    NotPrepaid,
    /// In the experimental lane, and no lottery slot drew it.
    NotDrawn,
    /// In the standard lane, bonded and paid.
    StandardLane,
    /// It left the standard lane, was not measured since, and has credit.
    LeftLane,
    /// A lottery slot drew it.
    Lottery
}

/// @notice One family of an explanation; rates, bars and distances in units of 1/50,000.
struct FamilyExplanation {
    /// The policy has a floor for it.
    bool gated;
    bool passes;
    uint256 rate;
    /// Wilson lower bound of the rate, rounded down.
    uint256 lowerBound;
    /// The bar the lower bound has to reach; 0 when not gated.
    uint256 bar;
    /// lowerBound − bar: not negative exactly when a gated family passes; 0 when not gated.
    int256 distance;
    /// Items of evidence behind the rate (whole items, rounded down).
    uint256 items;
    /// Items of the suite (as `Explanation.mass` counts them) still to come, all at the current rate, until it passes, rounded up. 0: it passes.
    /// type(uint256).max: it never will, because the rate is not above the bar, or a full record (the policy's massCap) would not prove it.
    uint256 itemsNeeded;
}

struct Explanation {
    AdmissionState state;
    bool admitted;
    /// Bitmap of AdmissionReason bits; 0 exactly when admitted.
    uint256 reasons;
    FamilyExplanation[7] families;
    /// Evidence and scar as of the time asked for, in whole items rounded down.
    uint256 mass;
    uint256 scar;
    /// Results of this version, and with what it took over from earlier ones: the latter count for maturity.
    uint256 rounds;
    uint256 roundsOnRecord;
    uint256 cleanRoundsOwed;
    uint256 qualityBps;
    uint256 maturityBps;
    /// 0..1e8; 0 unless admitted.
    uint256 weight;
    /// The active bond and the active delegations that count beside it (see Policy.bondShareBps).
    uint256 activeStake;
    /// Start of the epoch of the last result (seconds); 0 without one.
    uint256 updatedAt;
    /// The last second until which the admission stands without any new result, pause, freeze or policy: by age, by fading evidence, and by the end
    /// of a retired model's service. Exact for a version without a scar; a scar that fades may let it stand a little longer. 0 when not admitted.
    uint256 validUntil;
    uint256 activeBond;
    uint256 openFreezes;
}

/// @notice One line of a list of models.
struct ModelRow {
    uint256 modelId;
    address owner;
    /// The current version.
    bytes32 versionId;
    AdmissionState state;
    uint256 reasons;
    uint256 qualityBps;
    uint256 weight;
    uint256 activeStake;
    uint256 updatedAt;
    uint256 validUntil;
}

/// @title AssayLens: the reads that explain
/// @notice Stores nothing. The same rules as `domain/`, proven equal. Where no policy is named, a moment is judged by the one that is, or as far as
/// announced will be, in force then. For a model that does not exist every answer is an answer (reason NO_VERSION), never a revert.
interface IAssayLens {
    /// @notice The model is not admitted; the reasons are AdmissionReason bits.
    error NotAdmitted(uint256 modelId, uint256 reasons);
    /// @notice The model is admitted, but its last result is older than the caller accepts (seconds).
    error ResultTooOld(uint256 modelId, uint256 updatedAt, uint256 maxAge);
    /// @notice More models were asked for than one call may carry.
    error TooManyModels(uint256 models, uint256 bound);
    /// @notice More lottery slots were asked for than one call may carry.
    error TooManySlots(uint256 slots, uint256 bound);
    /// @notice The round was not opened (yet).
    error RoundNotOpen(uint256 roundId);
    /// @notice The round was not drawn (yet): its lottery has no winners.
    error RoundNotDrawn(uint256 roundId);

    // ---------------------------------------------------------------- admission
    /// @notice Whether the model's current version is admitted now, under the policy in force (IAssay.isAdmitted).
    function isAdmitted(uint256 modelId) external view returns (bool);
    /// @notice Reverts unless the model is admitted and its last result is no older than `maxAge` seconds.
    function requireAdmitted(uint256 modelId, uint256 maxAge) external view;
    /// @notice The answer most callers need; reasons are AdmissionReason bits, 0 exactly when admitted; times in seconds (see Explanation).
    function admission(
        uint256 modelId
    )
        external
        view
        returns (AdmissionState state, uint256 reasons, uint256 qualityBps, uint256 updatedAt, uint256 validUntil);

    // ---------------------------------------------------------------- explain
    /// @notice Every condition with its distance, now.
    function explain(uint256 modelId) external view returns (Explanation memory);
    /// @notice The same at another time, as if nothing but time and announced policies came in between. Stake and retirement are those of now.
    /// @param timestamp Seconds, not before the last result. Reverts with IPolicyBoard.NoPolicyAt before the first policy.
    function explainAt(uint256 modelId, uint256 timestamp) external view returns (Explanation memory);
    /// @notice What the model would be now, were this policy in force: an announced one, or one of the past.
    function simulate(uint256 modelId, uint256 policyId) external view returns (Explanation memory);
    /// @notice The same at another time (seconds, not before the last result).
    function simulateAt(
        uint256 modelId,
        uint256 policyId,
        uint256 timestamp
    ) external view returns (Explanation memory);

    // ---------------------------------------------------------------- weight and exposure
    /// @notice Routing weights, 0..1e8; 0 for a model that is not admitted. At most 256 models a call.
    function weights(uint256[] calldata modelIds) external view returns (uint256[] memory);
    /// @notice Each weight's part of the sum of all that were asked for, in 1e-18, rounded down; all 0 when nobody is admitted.
    /// At most 256 models a call; a model that is named twice counts twice.
    function shares(uint256[] calldata modelIds) external view returns (uint256[] memory);
    /// @notice How many tokens of loss the model's stake really covers, in the token's smallest unit, rounded down; 0 unless admitted.
    /// @dev maturity · min(active stake that counts, β · the bonds of the committee that last measured the version), with β = 1: a verdict protects no more
    /// than what its signers would lose for faking it. The bonds are today's, each committee member's, whether it signed or not.
    function exposure(uint256 modelId) external view returns (uint256 assets);

    // ---------------------------------------------------------------- pages
    /// @notice Explanations of the models from an id on, in order of ids; shorter than `count` at the end of the list. At most 64 a call.
    function explanations(uint256 fromModelId, uint256 count) external view returns (Explanation[] memory);
    /// @notice One line a model, from an id on; shorter than `count` at the end of the list. At most 256 a call.
    function models(uint256 fromModelId, uint256 count) external view returns (ModelRow[] memory);

    // ---------------------------------------------------------------- what a round measures
    /// @notice Whether evaluators measure a model's current version in a round, and why (not).
    /// @dev Defined by the state at the end of the block that opened the round, when nobody can know its committees: whoever could choose whether to be
    /// measured after the draw would be measured by friends alone. Ask at that block; later ones answer by their own state. Who is drawn by lottery shows
    /// once the round is drawn; who may be, see mayTakePart.
    function due(uint256 roundId, uint256 modelId) external view returns (bool isDue, DueReason reason);
    /// @notice Whether a lottery slot of a round that draws the model is taken by it: it is in the experimental lane, not retired, not younger than the
    /// round, bonded with at least the policy's experimentalBondMin and free of open freezes.
    /// @dev Defined, like `due`, by the state at the end of the block that opened the round.
    function mayTakePart(uint256 roundId, uint256 modelId) external view returns (bool);
    /// @notice Models that lottery slots of a round drew, from a slot on; 0 for a slot that drew nobody. Shorter than `count` after the last funded slot.
    /// At most 16 slots a call.
    /// @dev A slot has eight attempts (IAssay.lotteryDraw); the first that hits a model which may take part and was not drawn by an earlier slot wins.
    /// Answers by the state of the block asked at: where it is not that of the opening any more, IAssay.lotteryDraw and what mayTakePart said then decide.
    function lottery(
        uint256 roundId,
        uint256 fromSlot,
        uint256 count
    ) external view returns (uint256[] memory modelIds);
}
