// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One evaluation epoch.
struct Round {
    /// keccak256(blockhash(entropyBlock), roundId); 0 until captured.
    bytes32 seed;
    /// Code account of the policy in force when the round opened (see IPolicyBoard.policyPointer).
    address policyPointer;
    uint48 entropyBlock;
    uint48 openedAt;
    /// Code account of the seats at that moment.
    address seatsPointer;
    uint32 policyId;
}

/// @notice One version's result in a batch. `word` is a result word (see ResultLib).
struct ResultEntry {
    uint256 modelId;
    bytes32 digest;
    uint256 word;
}

/// @notice What a committee signs (EIP-712).
struct Batch {
    uint256 roundId;
    /// keccak256 of the concatenated digests of the reports the medians were taken over, in entry order, then seat order.
    bytes32 reportsRoot;
    ResultEntry[] results;
}

/// @notice The stake of one model. Amounts in the token's smallest unit.
/// @dev Three slots, cut by who writes them: the owner's, the delegators' deposits, and what only unbonding and losses touch. So a deposit
/// changes one slot, and a result reads the first, and seldom more than the second.
struct ModelStake {
    /// Owner's bond, unbonding part included; takes losses first.
    uint96 bond;
    /// Part of the bond that is unbonding.
    uint96 unbondingBond;
    /// 0 experimental, 1 standard.
    uint8 lane;
    /// Unresolved freezes.
    uint8 openFreezes;
    /// While there is an unresolved freeze, nothing leaves before this time (seconds).
    uint48 heldUntil;
    /// Assets of the delegation pool, unbonding part included.
    uint96 delegated;
    /// Delegation shares, unbonding part included.
    uint104 shares;
    /// When the unbonding part of the bond may leave.
    uint48 bondUnlocksAt;
    /// Part of the shares that is unbonding.
    uint104 unbondingShares;
    /// Stake frozen in the current loss epoch, and when that started (the first starts with the first bond).
    uint96 lossInEpoch;
    uint48 lossEpochStart;
}

/// @notice One delegator's position in one model's pool.
struct Position {
    /// Unbonding part included.
    uint104 shares;
    uint104 unbondingShares;
    uint48 unlocksAt;
}

/// @notice Stake set aside by one failing result.
struct Freeze {
    uint96 fromBond;
    uint96 fromDelegations;
    /// 0: there is no such freeze, or it was released.
    uint32 frozenAt;
    uint32 modelId;
}

/// @title Assay: models, stake, rounds, results, memory
/// @notice The only contract that holds tokens. Holds no policy and judges no dispute.
/// Identity of a version: `versionId = keccak256(abi.encode(modelId, digest))`.
/// Every epoch has at most one round, and its number is the round's id: `roundId = 1 + (now − genesis) / epochLength`.
/// A memory starts with the round in which the version was registered as its last round, so a result of a round that
/// opened before the version existed is stale by the same rule as every other.
interface IAssay {
    // ---------------------------------------------------------------- events: an indexer is a fold over these
    event ModelRegistered(uint256 indexed modelId, address indexed owner, string name);
    event VersionAdded(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        bytes32 digest,
        string manifestUri,
        uint256 memoryWord
    );
    event LaneChanged(uint256 indexed modelId, uint8 lane);

    /// @dev `stakeAfter` carries the full new stake, so that no reader has to add up.
    event Bonded(uint256 indexed modelId, address indexed from, uint256 assets, ModelStake stakeAfter);
    event Delegated(
        uint256 indexed modelId,
        address indexed account,
        uint256 assets,
        uint256 shares,
        ModelStake stakeAfter
    );
    event BondUnbondRequested(uint256 indexed modelId, uint256 assets, ModelStake stakeAfter);
    event UnbondRequested(
        uint256 indexed modelId,
        address indexed account,
        uint256 shares,
        uint256 unlocksAt,
        ModelStake stakeAfter
    );
    event BondWithdrawn(uint256 indexed modelId, address indexed receiver, uint256 assets, ModelStake stakeAfter);
    event Withdrawn(
        uint256 indexed modelId,
        address indexed account,
        address receiver,
        uint256 assets,
        uint256 shares,
        ModelStake stakeAfter
    );

    event RoundOpened(
        uint256 indexed roundId,
        uint256 indexed policyId,
        bytes32 suiteHash,
        uint256 entropyBlock,
        uint256 seatCount
    );
    event EntropyCaptured(uint256 indexed roundId, bytes32 seed, uint256 committee);

    /// @dev `committee` and `signers` are bitmaps over seats.
    event BatchPosted(
        uint256 indexed roundId,
        bytes32 indexed batchDigest,
        uint256 signers,
        bytes32 reportsRoot,
        address relayer
    );
    /// @dev `failed` is a bitmap over families of the slash tests this result failed.
    event ResultPosted(
        uint256 indexed roundId,
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 word,
        uint256 memoryWord,
        uint256 failed
    );
    event StakeFrozen(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        uint256 fromBond,
        uint256 fromDelegations,
        uint256 releasableAt,
        uint256 memoryWordBefore,
        ModelStake stakeAfter
    );
    event FreezeReleased(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        uint256 burnt,
        uint256 toCommons,
        ModelStake stakeAfter
    );

    // ---------------------------------------------------------------- errors
    /// @notice Only the model's owner may do this.
    error NotModelOwner(uint256 modelId, address caller);
    /// @notice There is no model with this id.
    error UnknownModel(uint256 modelId);
    /// @notice The model has no version with this digest.
    error UnknownVersion(uint256 modelId, bytes32 digest);
    /// @notice The model has a version with this digest already.
    error VersionExists(bytes32 versionId);
    /// @notice A version needs the sha256 of its manifest; it was 0.
    error ZeroDigest();
    /// @notice The name is longer than the bound (bytes).
    error NameTooLong(uint256 length, uint256 bound);
    /// @notice The manifest's URI is longer than the bound (bytes).
    error UriTooLong(uint256 length, uint256 bound);
    /// @notice There is no such lane: 0 is experimental, 1 is standard.
    error UnknownLane(uint8 lane);
    /// @notice The amount was 0.
    error ZeroAmount();
    /// @notice The deposit is worth less than one share of the pool.
    error ZeroShares(uint256 assets);
    /// @notice Nobody could ever get at tokens sent to this account.
    error InvalidReceiver(address receiver);
    /// @notice The token took a fee or changed balances by itself: it is not a plain ERC-20.
    error TokenNotPlain(uint256 expected, uint256 received);
    /// @notice More shares were requested than the position holds beside those that are unbonding already.
    error InsufficientShares(uint256 requested, uint256 available);
    /// @notice More was requested than the bond holds beside the part that is unbonding already.
    error InsufficientBond(uint256 requested, uint256 available);
    /// @notice The unbonding delay has not passed (seconds).
    error StillUnbonding(uint256 unlocksAt, uint256 nowAt);
    /// @notice A freeze is unresolved: nothing leaves the model before this time (seconds).
    error HeldByFreeze(uint256 heldUntil, uint256 nowAt);
    /// @notice There is nothing to withdraw: request unbonding first.
    error NothingUnbonding();
    /// @notice There is nobody to measure: the board has no seats.
    error NoSeats();
    /// @notice The round of this epoch is open already.
    error RoundAlreadyOpen(uint256 roundId);
    /// @notice The round was never opened.
    error RoundNotOpen(uint256 roundId);
    /// @notice The hash of the entropy block is not known yet.
    error EntropyNotReady(uint256 entropyBlock, uint256 nowBlock);
    /// @notice The hash of the entropy block is out of reach: this round stays without a seed.
    error EntropyLost(uint256 entropyBlock, uint256 nowBlock);
    /// @notice The round has its seed already.
    error EntropyAlreadyCaptured(uint256 roundId);
    /// @notice The round has no seed yet, so it has no committee.
    error EntropyNotCaptured(uint256 roundId);
    /// @notice The round can no longer be posted to (seconds).
    error RoundClosed(uint256 roundId, uint256 closedAt);
    /// @notice The batch holds no result.
    error EmptyBatch();
    /// @notice The batch holds more results than one transaction may carry.
    error BatchTooLarge(uint256 results, uint256 bound);
    /// @notice Fewer committee members signed than a result needs.
    error TooFewSigners(uint256 signers, uint256 quorum);
    /// @notice A signer's seat does not belong to the round's committee.
    error NotInCommittee(uint256 seat);
    /// @notice The number of signatures is not the number of bits set in the signers' bitmap.
    error SignatureCountMismatch(uint256 signatures, uint256 signers);
    /// @notice The signature at this seat was not made by the seat's signing key over this batch.
    error WrongSignature(uint256 seat, address recovered, address expected);
    /// @notice This round, or a later one, has been applied to the version already.
    error StaleRound(bytes32 versionId, uint256 roundId, uint256 lastRound);
    /// @notice A failing result needs two thirds of the committee.
    error FailingResultNeedsMoreSigners(bytes32 versionId, uint256 signers, uint256 needed);
    /// @notice The result word is not one a committee can have measured (see ResultLib).
    error MalformedResult(uint256 word);
    /// @notice There is no such freeze, or it was released already.
    error UnknownFreeze(bytes32 versionId, uint256 roundId);
    /// @notice The freeze's window has not passed (seconds).
    error FreezeNotReleasable(uint256 releasableAt, uint256 nowAt);
    /// @notice A deployment parameter is outside its bounds.
    error ParameterOutOfBounds(string parameter, uint256 value, uint256 bound);

    // ---------------------------------------------------------------- register
    /// @notice Mints a model to the caller with its first version.
    /// @param name At most 64 bytes, for people; identity is the id.
    /// @param digest sha256 of the manifest's canonical JSON; not zero.
    /// @param manifestUri Where the manifest can be fetched, at most 256 bytes; the digest decides, not the URI.
    function register(
        string calldata name,
        bytes32 digest,
        string calldata manifestUri
    ) external returns (uint256 modelId, bytes32 versionId);

    /// @notice Makes another artefact the model's current version. It inherits 25 % of the mass at its rates, 50 % of the scar, and all
    /// strikes and clean rounds owed; all of a version that was never measured. Only the owner.
    function addVersion(
        uint256 modelId,
        bytes32 digest,
        string calldata manifestUri
    ) external returns (bytes32 versionId);

    /// @notice 0 experimental, 1 standard. Only the owner.
    function setLane(uint256 modelId, uint8 lane) external;

    // ---------------------------------------------------------------- bond and delegate
    /// @notice Adds to the owner's bond. Anyone may pay; it belongs to whoever owns the model.
    function bond(uint256 modelId, uint256 assets) external;

    /// @notice Joins the pool; shares are rounded down (in favour of the pool).
    function delegate(uint256 modelId, uint256 assets) external returns (uint256 shares);

    /// @notice Starts unbonding part of the bond. Another request adds up and restarts the clock. Only the owner.
    function requestBondUnbond(uint256 modelId, uint256 assets) external;

    /// @notice Starts unbonding shares. Another request adds up and restarts the clock.
    function requestUnbond(uint256 modelId, uint256 shares) external;

    /// @notice Pays out the unbonded bond (less what was frozen meanwhile). Only the owner.
    /// While a freeze is unresolved, withdrawals of the model wait until `heldUntil`: at most 21 days, then at least 3 days free.
    function withdrawBond(uint256 modelId, address receiver) external returns (uint256 assets);

    /// @notice Pays out the caller's unbonded shares at today's price, rounded down.
    function withdraw(uint256 modelId, address receiver) external returns (uint256 assets);

    // ---------------------------------------------------------------- rounds
    /// @notice Opens the round of the current epoch: fixes policy, seats and the block whose hash will be the seed. Anyone.
    function openRound() external returns (uint256 roundId);

    /// @notice Fixes the seed from the hash of the entropy block. Anyone, after that block and within the blockhash history.
    function captureEntropy(uint256 roundId) external returns (bytes32 seed);

    // ---------------------------------------------------------------- post
    /// @notice Applies a committee's results. Anyone may relay.
    /// @param signers Bitmap over seats; `signatures[i]` belongs to the i-th set bit, counted from the lowest.
    /// @param signatures 65 bytes each (r, s, v), s in the lower half.
    /// @dev From the capture of the entropy until two epochs after the round's own. At most 64 results; any of them that cannot be applied refuses
    /// the whole batch, and nothing an owner or a staker can do makes one so. A failing result freezes stake unless nothing is left to freeze
    /// or the model has 16 unresolved freezes; memory and strikes change in any case.
    function post(Batch calldata batch, uint256 signers, bytes[] calldata signatures) external;

    /// @notice Moves a freeze's stake after its window: half burnt, half to the commons fund (the odd unit too). Anyone.
    /// @dev A plain ERC-20 need not know how to burn, so burning is a transfer to 0x…dEaD.
    function release(bytes32 versionId, uint256 roundId) external;

    // ---------------------------------------------------------------- views
    function token() external view returns (address);
    function policyBoard() external view returns (address);
    /// @notice Unix seconds of the first epoch's start.
    function genesis() external view returns (uint256);
    /// @notice Seconds per epoch.
    function epochLength() external view returns (uint256);
    /// @notice Seconds between a request to unbond and the withdrawal.
    function unbondingDelay() external view returns (uint256);
    /// @notice Tokens in the commons fund.
    function commonsFund() external view returns (uint256);
    function modelCount() external view returns (uint256);
    /// @notice Number of the epoch that is running; also the id of its round, opened or not.
    function currentRoundId() external view returns (uint256);
    /// @notice The model's current version; 0 for an unknown model.
    function currentVersion(uint256 modelId) external view returns (bytes32 versionId);
    function versionIdOf(uint256 modelId, bytes32 digest) external pure returns (bytes32 versionId);
    /// @notice The memory word of a version (see MemoryLib); 0 for an unknown version.
    function memoryOf(bytes32 versionId) external view returns (uint256 memoryWord);
    function stakeOf(uint256 modelId) external view returns (ModelStake memory);
    function positionOf(uint256 modelId, address account) external view returns (Position memory);
    function freezeOf(bytes32 versionId, uint256 roundId) external view returns (Freeze memory);
    function round(uint256 roundId) external view returns (Round memory);
    /// @notice Bitmap over seats of the round's committee.
    function committeeOf(uint256 roundId) external view returns (uint256 committee);
    /// @notice A model's current version, its memory word and the model's stake in one call; all 0 for an unknown model.
    function standingOf(
        uint256 modelId
    ) external view returns (bytes32 versionId, uint256 memoryWord, ModelStake memory stake);
    /// @notice Whether the model's current version is admitted now under a policy.
    /// @param policyPointer Code account of the policy (see IPolicyBoard.policyPointer).
    function isAdmittedUnder(uint256 modelId, address policyPointer) external view returns (bool);
    /// @notice EIP-712 digest a committee member signs.
    function batchDigest(Batch calldata batch) external view returns (bytes32);
}
