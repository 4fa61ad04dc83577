// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The standards a version is measured against. All rates in bps (1/10,000), all durations in seconds.
/// Family order everywhere: R repeat, J format, C carry-over, P perturbation, E edge, L load, T first try.
/// @dev Stored as contract code (immutable once proposed), so that a reader pays one cold account, not a slot a field.
struct Policy {
    /// Floor φ of each family. 0: the family is not gated.
    uint16[7] floorsBps;
    /// Slash floor ψ of each family, below its floor. 0: the family never fails a round.
    uint16[7] slashFloorsBps;
    /// Share of a suite's items that belong to the family; T counts every item (10,000).
    uint16[7] sharesBps;
    /// Weights of the families in the harmonic mean called quality. 0 for a family that is not gated.
    uint16[7] weights;
    /// Items of evidence needed for admission (whole items).
    uint32 massMin;
    /// Items a memory holds at most (whole items, ≤ 4,095).
    uint32 massCap;
    /// Items at which a version is fully mature (whole items).
    uint32 massFull;
    /// Items one result may add at most.
    uint32 itemsCap;
    /// Rounds that must have been seen before admission.
    uint32 minRounds;
    /// A result older than this admits nobody any more.
    uint32 maxAge;
    /// Half-life of the evidence; a scar fades at half this speed. A multiple of 64, at least 64.
    uint32 halfLife;
    /// Floors are lower by this for a version that was admitted as of its last result.
    uint32 hysteresisBps;
    /// Scar (items) at which the bar has moved half way from the floor to 1.
    uint32 scarK;
    /// Scar per retry and per attempt that never succeeded.
    uint32 retryScar;
    uint32 hardFailureScar;
    /// Scar one round may add at most, before the factor for skipped epochs.
    uint32 scarCap;
    /// z² of the admission test and of the slash test.
    uint32 passZ2;
    uint32 failZ2;
    /// Smallest bond, in the token's smallest unit.
    uint96 bondMin;
    /// The bond must be at least this share of bond + delegations.
    uint32 bondShareBps;
    /// Members of a committee (fewer when there are fewer seats) and signatures a result needs.
    uint32 committeeSize;
    uint32 quorum;
    /// Stake frozen by a failing round: base share, before severity and strikes.
    uint32 lossBaseBps;
    /// Stake frozen per model and loss epoch at most.
    uint32 lossCapBps;
    uint32 lossEpoch;
    /// A freeze can be released (half burnt, half to the commons fund) after this long.
    uint32 freezeWindow;
    /// Active stake at which the routing weight reaches half of its limit, in the token's smallest unit.
    uint96 halfSaturation;
    /// Content hash (sha256) of the suite that rounds under this policy run.
    bytes32 suiteHash;
}

/// @notice One evaluator's place on the board.
struct Seat {
    /// May change the signer and leave.
    address owner;
    /// Signs reports, commitments and batches (EIP-712).
    address signer;
    /// Head of the evaluator's hash chain: keccak256 applied 65,536 times to its secret.
    bytes32 linkHead;
}

/// @title PolicyBoard: the public standards, and who may measure against them
/// @notice Holds policies and evaluator seats. Never touches tokens.
interface IPolicyBoard {
    event PolicySet(uint256 indexed policyId, address pointer, Policy policy);
    event SeatAdded(
        uint256 indexed seat,
        address indexed owner,
        address indexed signer,
        bytes32 linkHead,
        address seatsPointer
    );

    /// @notice A policy field lies outside the bounds that no owner can leave.
    error PolicyFieldOutOfBounds(string field, uint256 value, uint256 bound);
    /// @notice There is no policy with this id.
    error UnknownPolicy(uint256 policyId, uint256 policyCount);
    /// @notice There is no seat with this index.
    error UnknownSeat(uint256 index, uint256 seatCount);
    /// @notice Every seat is taken.
    error SeatLimitReached(uint256 seats);
    /// @notice This key signs for another seat already.
    error SignerAlreadySeated(address signer);
    /// @notice A seat needs a signing key; it was 0.
    error ZeroSigner();
    /// @notice A seat needs an owner; it was 0.
    error ZeroSeatOwner();

    /// @notice Number of policies; ids run from 1. 0 until the first is set.
    function policyCount() external view returns (uint256);

    /// @notice The policy rounds open under now; reverts with UnknownPolicy while there is none.
    function currentPolicyId() external view returns (uint256 policyId);

    /// @notice The current policy and the account that holds it (see policyPointer): one slot, for whoever asks often.
    function policyInForce() external view returns (uint256 policyId, address pointer);

    /// @notice What a round that opens now is held under: the policy, its code account and that of the seats (0 while there are none).
    /// Reverts with UnknownPolicy while there is no policy.
    function inForce() external view returns (uint256 policyId, address policyPointer, address seatsPointer);

    /// @notice A policy, field by field.
    function policy(uint256 policyId) external view returns (Policy memory);

    /// @notice The account whose code is a zero byte followed by `abi.encode(Policy)`.
    function policyPointer(uint256 policyId) external view returns (address);

    /// @notice The account whose code is a zero byte followed by the signers of all seats, 20 bytes each, in seat order.
    function seatsPointer() external view returns (address);

    function seatCount() external view returns (uint256);

    function seat(uint256 index) external view returns (Seat memory);

    /// @notice Sets the next policy. Only the owner.
    function setPolicy(Policy calldata next) external returns (uint256 policyId);

    /// @notice Seats an evaluator at the end of the list. Only the owner. At most 255 seats.
    function addSeat(address owner, address signer, bytes32 linkHead) external returns (uint256 index);
}
