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
    /// Rounds on record at which a version is fully mature, if its mass is too. 1: rounds do not count.
    uint32 roundsFull;
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
    /// Delegations count (for weight and exposure) only as far as the bond is at least this share of bond + delegations.
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
    /// Smallest bond of a model in the experimental lane, and the share of its bond it can lose per loss epoch (delegators are exempt).
    uint96 experimentalBondMin;
    uint32 experimentalLossCapBps;
    /// Stake of all models that can be frozen within `bucketPeriod`, as a share of all tokens held; the excess waits.
    uint32 bucketBps;
    uint32 bucketPeriod;
    /// A batch of which more than this share fails freezes nothing until a second committee confirms.
    uint32 breakerBps;
    /// Committees a round is divided among (fewer when there are too few seats).
    uint32 shards;
    /// Versions evaluated in a round at most, and the share of them that is drawn by lottery from the experimental lane.
    uint32 slots;
    uint32 lotteryBps;
    /// What an owner prepays per round, and what an evaluator earns per round it took part in.
    uint96 evaluationPrice;
    uint96 evaluationFee;
    /// Share of usage fees that fills the commons fund.
    uint32 publicShareBps;
    /// Smallest bond of a seat.
    uint96 evaluatorBondMin;
    /// Deposit of whoever asks for a re-evaluation; an appeal to the arbitrator takes twice as much, a challenge for evidence a tenth.
    uint96 disputeDeposit;
    /// ERC-792 arbitrator of the last step; 0: there is none.
    address arbitrator;
}

/// @notice One evaluator's place on the board.
struct Seat {
    /// May change the signing key and the hash chain, take fees, and leave.
    address owner;
    /// When the seat was taken, and when its owner left (0: still here). Seconds.
    uint40 seatedAt;
    uint40 leftAt;
    /// Signs reports, commitments and batches (EIP-712). Earlier keys stay this seat's for ever (see seatOfSigner).
    address signer;
    /// Head of the evaluator's hash chain: keccak256 applied 65,536 times to its secret.
    bytes32 linkHead;
}

/// @title PolicyBoard: the public standards, and who may measure against them
/// @notice Holds policies and evaluator seats. Never touches tokens.
/// A policy comes into force by announcement and notice: 21 days if any field tightens, 3 if all that change loosen; the first one at once.
/// A seat's id is its number for ever; a round's seat list is a compact list of signing keys, rebuilt when a round opens and something changed.
interface IPolicyBoard {
    // ---------------------------------------------------------------- events
    /// @dev `tightening` and `loosening` are bitmaps over the fields in struct order (arrays count as one field each, bit 0 is floorsBps).
    event PolicyAnnounced(
        uint256 indexed policyId,
        address pointer,
        uint256 inForceFrom,
        uint256 tightening,
        uint256 loosening,
        Policy policy
    );
    /// @dev The announced policy will not come into force. Its id is not used again.
    event PolicyWithdrawn(uint256 indexed policyId);
    event SeatAdded(uint256 indexed seatId, address indexed owner, address indexed signer, bytes32 linkHead);
    event SignerRotated(uint256 indexed seatId, address indexed signer);
    event LinkRotated(uint256 indexed seatId, bytes32 linkHead);
    event SeatOwnerChanged(uint256 indexed seatId, address indexed owner);
    event SeatLeft(uint256 indexed seatId, uint256 leftAt);
    /// @dev `signers` are 20 bytes each; bitmaps of rounds that open from now on count these positions.
    event SeatListSealed(address indexed pointer, bytes signers);
    event GuardianChanged(address indexed guardian);
    event Paused(uint256 until);
    event Connected(address assay, address vault, address court);

    // ---------------------------------------------------------------- errors
    /// @notice A policy field lies outside the bounds that no owner can leave.
    error PolicyFieldOutOfBounds(string field, uint256 value, uint256 bound);
    /// @notice There is no policy with this id.
    error UnknownPolicy(uint256 policyId, uint256 policyCount);
    /// @notice No policy was in force at this time (seconds).
    error NoPolicyAt(uint256 timestamp);
    /// @notice A policy is announced already: wait for it, or withdraw it.
    error PolicyPending(uint256 policyId, uint256 inForceFrom);
    /// @notice There is no announced policy to withdraw.
    error NoPolicyPending();
    /// @notice The policy is the same as the one in force.
    error PolicyUnchanged(uint256 policyId);
    /// @notice There is no seat with this id.
    error UnknownSeat(uint256 seatId, uint256 seatCount);
    /// @notice Every seat is taken.
    error SeatLimitReached(uint256 seats);
    /// @notice This key has signed for a seat already; keys are never used twice.
    error SignerAlreadySeated(address signer);
    /// @notice A seat needs a signing key; it was 0.
    error ZeroSigner();
    /// @notice A seat needs an owner; it was 0.
    error ZeroSeatOwner();
    /// @notice A seat needs the head of a hash chain; it was 0.
    error ZeroLinkHead();
    /// @notice Only the seat's owner may do this.
    error NotSeatOwner(uint256 seatId, address caller);
    /// @notice The seat's owner has left (seconds).
    error SeatHasLeft(uint256 seatId, uint256 leftAt);
    /// @notice The new key did not sign for this seat: whoever names a key must hold it.
    error WrongKeyProof(address signer, address recovered);
    /// @notice Only the guardian may do this.
    error NotGuardian(address caller, address expected);
    /// @notice The guardian has paused lately and can pause again from this time on (seconds).
    error PauseTooSoon(uint256 allowedFrom, uint256 nowAt);
    /// @notice The board is connected already.
    error AlreadyConnected(address assay);
    /// @notice Only the vault may do this.
    error NotVault(address caller, address expected);

    // ---------------------------------------------------------------- policies
    /// @notice Announces the next policy. Only the owner. At once if there is none in force, after 21 days if any field tightens, else after 3.
    /// One at a time.
    function announcePolicy(Policy calldata next) external returns (uint256 policyId);
    /// @notice Takes back the announced policy. Only the owner, before it is in force.
    function withdrawPolicy() external;
    /// @notice Which fields a change from one policy to another tightens and loosens (bitmaps over the fields in struct order).
    function directionOf(
        Policy calldata from,
        Policy calldata to
    ) external pure returns (uint256 tightening, uint256 loosening);

    /// @notice Number of policies announced so far; ids run from 1.
    function policyCount() external view returns (uint256);
    /// @notice The policy rounds open under now; reverts with UnknownPolicy while there is none.
    function currentPolicyId() external view returns (uint256 policyId);
    /// @notice The current policy and the account that holds it (see policyPointer): one slot, for whoever asks often.
    function policyInForce() external view returns (uint256 policyId, address pointer);
    /// @notice The same and whether the guardian's pause is on.
    function standing() external view returns (uint256 policyId, address pointer, bool paused);
    /// @notice The announced policy and when it comes into force; (0, 0) if there is none.
    function pendingPolicy() external view returns (uint256 policyId, uint256 inForceFrom);
    /// @notice The policy that was, or as far as announced will be, in force at a time (seconds). Reverts with NoPolicyAt before the first.
    function policyAt(uint256 timestamp) external view returns (uint256 policyId);
    /// @notice A policy, field by field.
    function policy(uint256 policyId) external view returns (Policy memory);
    /// @notice The account whose code is a zero byte followed by `abi.encode(Policy)`.
    function policyPointer(uint256 policyId) external view returns (address);

    // ---------------------------------------------------------------- guardian
    /// @notice Names the guardian. Only the owner; 0: nobody.
    function setGuardian(address guardian) external;
    /// @notice No new freezes, no releases, no admissions of newcomers for 7 days; not again within 30 days after that. Only the guardian.
    /// It never blocks a withdrawal or a read.
    function pause() external;
    function guardian() external view returns (address);
    /// @notice End of the last pause (seconds); 0 if there was none.
    function pausedUntil() external view returns (uint256);

    // ---------------------------------------------------------------- seats
    /// @notice Seats an evaluator. Only the owner. At most 255 seats at a time. The seat counts once its bond is in the vault and a round opens.
    function addSeat(address owner, address signer, bytes32 linkHead) external returns (uint256 seatId);
    /// @notice Changes the signing key from the next opened round on. Only the seat's owner.
    /// @param proof The new key's signature over keyProofDigest(seatId), 65 bytes.
    function rotateSigner(uint256 seatId, address signer, bytes calldata proof) external;
    /// @notice Changes the hash chain from the next opened round on. Only the seat's owner.
    function rotateLink(uint256 seatId, bytes32 linkHead) external;
    /// @notice Hands the seat (and its bond) to another owner. Only the seat's owner.
    function transferSeat(uint256 seatId, address newOwner) external;
    /// @notice Leaves: out of committees from the next opened round on. The bond can be withdrawn after the vault's exit delay.
    /// Only the seat's owner, or the board's owner.
    function leaveSeat(uint256 seatId) external;
    /// @notice Notes that a seat's bond changed, so that the next round rebuilds the list. Only the vault.
    function markSeatsDirty() external;
    /// @notice Rebuilds the seat list if something changed, and answers what a round that opens now is held under: policy, its code account,
    /// that of the seats (0 while there are none). Anyone. Reverts with UnknownPolicy while there is no policy.
    function sealSeats() external returns (uint256 policyId, address policyPointer, address seatsPointer);
    /// @notice Names the system's other contracts, once. Only the owner. Vault and court are the Assay's own. Reverts with PolicyFieldOutOfBounds if a
    /// policy that was announced before is too short for its epochs.
    function connect(address assay) external;

    function assay() external view returns (address);
    function vault() external view returns (address);
    /// @notice The account whose code is a zero byte followed by the signing keys of the last sealed list, 20 bytes each; 0 before the first.
    function seatsPointer() external view returns (address);
    /// @notice Number of seats ever taken; ids run from 0.
    function seatCount() external view returns (uint256);
    function seat(uint256 seatId) external view returns (Seat memory);
    /// @notice The seat a signing key belongs or belonged to.
    /// @return seatId One more than the seat's id; 0 for a key that never signed for a seat.
    function seatOfSigner(address signer) external view returns (uint256 seatId);
    /// @notice EIP-712 digest that a new signing key signs: KeyProof(uint256 seatId,address seatOwner), domain "Assay PolicyBoard", version 1.
    function keyProofDigest(uint256 seatId) external view returns (bytes32);
}
