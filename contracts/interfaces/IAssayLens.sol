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

/// @notice One family of an explanation; rates and bars in units of 1/50,000.
struct FamilyExplanation {
    bool gated;
    bool passes;
    uint256 rate;
    /// Wilson lower bound of the rate.
    uint256 lowerBound;
    /// The bar the lower bound has to reach.
    uint256 bar;
    /// Items of evidence behind the rate (whole items, rounded down).
    uint256 items;
}

struct Explanation {
    AdmissionState state;
    bool admitted;
    /// Bitmap of AdmissionReason bits; 0 exactly when admitted.
    uint256 reasons;
    FamilyExplanation[7] families;
    /// Evidence and scar as of now, in whole items rounded down.
    uint256 mass;
    uint256 scar;
    uint256 rounds;
    uint256 cleanRoundsOwed;
    uint256 qualityBps;
    uint256 maturityBps;
    /// 0..1e8.
    uint256 weight;
    uint256 activeStake;
    /// Start of the epoch of the last result; 0 without one.
    uint256 updatedAt;
    /// When admission lapses by age without a new result; 0 when not admitted.
    uint256 validUntil;
}

/// @title AssayLens: the reads that explain
/// @notice Stores nothing. The same rules as `domain/`, proven equal.
interface IAssayLens {
    /// @notice The model is not admitted; the reasons are AdmissionReason bits.
    error NotAdmitted(uint256 modelId, uint256 reasons);
    /// @notice The model is admitted, but its last result is older than the caller accepts (seconds).
    error ResultTooOld(uint256 modelId, uint256 updatedAt, uint256 maxAge);
    /// @notice More models were asked for than one call may carry.
    error TooManyModels(uint256 models, uint256 bound);

    /// @notice Whether the model's current version is admitted now, under the policy in force.
    function isAdmitted(uint256 modelId) external view returns (bool);
    /// @notice Reverts unless the model is admitted and its last result is no older than `maxAge` seconds.
    function requireAdmitted(uint256 modelId, uint256 maxAge) external view;
    /// @notice The answer most callers need; reasons are AdmissionReason bits, 0 exactly when admitted.
    function admission(
        uint256 modelId
    )
        external
        view
        returns (AdmissionState state, uint256 reasons, uint256 qualityBps, uint256 updatedAt, uint256 validUntil);
    /// @notice Every condition with its distance, now.
    function explain(uint256 modelId) external view returns (Explanation memory);
    /// @notice The same at another time, as if nothing happened in between (`timestamp` in seconds, not before the last result).
    function explainAt(uint256 modelId, uint256 timestamp) external view returns (Explanation memory);
    /// @notice Routing weights, 0..1e8; 0 for a model that is not admitted. At most 256 models a call.
    function weights(uint256[] calldata modelIds) external view returns (uint256[] memory);
}
