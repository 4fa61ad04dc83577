// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One evaluation epoch.
/// @dev Three slots.
struct Round {
    /// keccak256(blockhash(entropyBlock), roundId); 0 until captured.
    bytes32 seed;
    /// Code account of the policy in force when the round opened (see IPolicyBoard.policyPointer).
    address policyPointer;
    uint40 entropyBlock;
    uint32 openedAt;
    uint24 policyId;
    /// Code account of the seats at that moment.
    address seatsPointer;
    /// Who signed a posted batch of this round and was not paid yet: `committeeSize` bits a shard, in seat order of its committee.
    uint48 participated;
    /// Lottery slots that the commons fund paid for.
    uint16 lotterySlots;
    /// Models registered when the round opened: what the lottery draws from.
    uint32 modelCount;
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
    /// The committee that measured: 0 .. shards − 1.
    uint256 shard;
    /// Root of a Merkle tree with a leaf an entry: see ReportLib.
    bytes32 reportsRoot;
    ResultEntry[] results;
}

/// @notice Four separate ends of a retired model (seconds).
struct Retirement {
    /// Admitted no longer than this.
    uint64 servedUntil;
    /// Measured, if asked for, no longer than this.
    uint64 evaluatedUntil;
    /// Failing results of rounds that began before this cost stake.
    uint64 liableUntil;
    /// The owner promises to keep manifests and evidence up to this.
    uint64 recordUntil;
}

/// @notice What happened to a memory while a failing result in it could still be overturned.
/// kind 0: a result was applied (`word`: the result word). 1: another version of the model failed and this one carries strike and scar (`word`: scar
/// added, 1/256 item). 2: a new version inherited (`word`: 0). 3: an overturned entry: nothing. 4: the evidence was discredited (`word`: 0).
struct LogEntry {
    uint8 kind;
    uint32 roundId;
    uint40 appliedAt;
    address policyPointer;
    /// The version the entry is about: measured, failed, or new.
    bytes32 versionId;
    uint256 word;
    /// EIP-712 digest of the batch that a result, or a carried failure, came with: who proves a batch wrong proves that it was this one. Else 0.
    bytes32 batchDigest;
}

/// @notice The log of a version from the memory before its first failing result on. Only its hash is stored; the events carry all of it.
struct ResultLog {
    uint256 memoryBefore;
    LogEntry[] entries;
}

/// @title Assay: the record: models, versions, rounds, results, memory
/// @notice Holds no token, no policy and no seat, and judges no dispute: what is measured cannot be bought here.
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
    event LaneChanged(uint256 indexed modelId, bytes32 indexed versionId, uint8 lane, uint256 memoryWord);

    /// @dev `parent` is the version this one says it was made from. Not emitted for a version that says nothing.
    event LineageDeclared(bytes32 indexed versionId, bytes32 indexed parent);
    event ModelRetired(uint256 indexed modelId, Retirement retirement, uint256 memoryWord);

    event RoundOpened(
        uint256 indexed roundId,
        uint256 indexed policyId,
        bytes32 suiteHash,
        uint256 entropyBlock,
        address seatsPointer,
        uint256 modelCount
    );
    /// @dev `committees` are bitmaps over the round's seat list, one a shard.
    event EntropyCaptured(uint256 indexed roundId, bytes32 seed, uint256[] committees, uint256 lotterySlots);

    /// @dev `signers` is a bitmap over the round's seat list. `contested`: so many results failed that none of them froze stake.
    event BatchPosted(
        uint256 indexed roundId,
        uint256 indexed shard,
        bytes32 indexed batchDigest,
        uint256 signers,
        bytes32 reportsRoot,
        bool contested,
        uint256 participated
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
    /// @dev The current version carries strike, clean rounds owed and scar of a failing result of an older one.
    event FailureCarried(
        uint256 indexed roundId,
        uint256 indexed modelId,
        bytes32 indexed versionId,
        bytes32 failedVersionId,
        uint256 scarAdded,
        uint256 memoryWord
    );
    /// @dev The memory as it would be, had the disputed result been `newWord` (0: had it not been posted).
    event ResultOverturned(
        bytes32 indexed versionId,
        bytes32 indexed disputedVersionId,
        uint256 indexed roundId,
        uint256 newWord,
        uint256 memoryWord
    );
    /// @dev The log of a version that can be replayed has one more entry. `memoryBefore` is 0 but for the first entry of a log that starts here; a new
    /// version's log is that of the version before it and this entry of kind 2.
    event ResultLogged(bytes32 indexed versionId, uint256 memoryBefore, LogEntry entry);
    event ParticipationCollected(uint256 indexed roundId, uint256 place, uint256 participated);

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
    /// @notice There is nobody to measure: the board has no seats.
    error NoSeats();
    /// @notice The round of this epoch is open already.
    error RoundAlreadyOpen(uint256 roundId);
    /// @notice The round was not opened (yet).
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
    /// @notice Fewer committee members signed than needed.
    error TooFewSigners(uint256 signers, uint256 quorum);
    /// @notice A signer's seat (its place in the round's list) does not belong to the committee.
    error NotInCommittee(uint256 seat);
    /// @notice The signature at this seat was not made by the seat's signing key over this batch.
    error WrongSignature(uint256 seat, address recovered, address expected);
    /// @notice This round, or a later one, has been applied to the version already.
    error StaleRound(bytes32 versionId, uint256 roundId, uint256 lastRound);
    /// @notice A failing result needs two thirds of the committee.
    error FailingResultNeedsMoreSigners(bytes32 versionId, uint256 signers, uint256 needed);
    /// @notice The result word is not one a committee can have measured (see ResultLib).
    error MalformedResult(uint256 word);
    /// @notice Only the contract named by the deployment may do this.
    error NotAuthorized(address caller, address expected);
    /// @notice This version was never registered, so nothing can come from it.
    error UnknownParent(bytes32 parent);
    /// @notice Round ids end here: a new deployment goes on.
    error NoMoreRounds(uint256 roundId, uint256 bound);
    /// @notice The round has no such committee.
    error UnknownShard(uint256 shard, uint256 shards);
    /// @notice The version belongs to another committee of this round.
    error WrongShard(bytes32 versionId, uint256 shard, uint256 expected);
    /// @notice The result leaves out families that the round's policy has floors for (bitmap).
    error FamiliesNotMeasured(bytes32 versionId, uint256 missing);
    /// @notice The signatures are not 64 bytes a signer.
    error SignatureLengthMismatch(uint256 length, uint256 expected);
    /// @notice The model is retired already.
    error ModelIsRetired(uint256 modelId);
    /// @notice The four ends of a retirement (places 0..3: served, evaluated, liable, record) come in this order, and liability lasts for the unbonding delay (seconds).
    error RetirementOutOfOrder(uint256 place, uint256 value, uint256 atLeast);
    /// @notice The log shown is not the one kept, or it is too old to be replayed.
    error WrongLog(bytes32 versionId, bytes32 shown, bytes32 kept);
    /// @notice There is no such entry, or nothing in it to overturn: of a log only results and carried failures can be.
    error NoSuchEntry(uint256 index, uint256 entries);
    /// @notice The round can still be posted to (seconds).
    error RoundNotClosed(uint256 closesAt, uint256 nowAt);
    /// @notice Nobody at this place of the round is still to be paid.
    error NothingToCollect(uint256 roundId, uint256 place);
    /// @notice A deployment parameter is outside its bounds.
    error ParameterOutOfBounds(string parameter, uint256 value, uint256 bound);

    // ---------------------------------------------------------------- register
    /// @notice Mints a model to the caller with its first version, in the experimental lane.
    /// @param name At most 64 bytes, for people; identity is the id.
    /// @param digest sha256 of the manifest's canonical JSON; not zero.
    /// @param manifestUri Where the manifest can be fetched, at most 256 bytes; the digest decides, not the URI.
    /// @param parent Declared lineage: the version (of any model) this one was made from; 0 for none.
    function register(
        string calldata name,
        bytes32 digest,
        string calldata manifestUri,
        bytes32 parent
    ) external returns (uint256 modelId, bytes32 versionId);

    /// @notice Makes another artefact the model's current version. It inherits the lane, 25 % of the mass at its rates, the whole scar, and all
    /// strikes and clean rounds owed; all of a version that was never measured. Only the owner.
    function addVersion(
        uint256 modelId,
        bytes32 digest,
        string calldata manifestUri,
        bytes32 parent
    ) external returns (bytes32 versionId);

    /// @notice 0 experimental, 1 standard. Only the owner. Whoever leaves the standard lane is judged by its terms up to a result of a round that began
    /// after it left, that one included, and admitted again only after it.
    function setLane(uint256 modelId, uint8 lane) external;

    /// @notice Retires a model for good. Only the owner. `servedUntil ≤ evaluatedUntil ≤ liableUntil ≤ recordUntil`, none in the past, liable for
    /// at least the vault's unbonding delay from now on.
    function retire(uint256 modelId, Retirement calldata retirement) external;

    // ---------------------------------------------------------------- rounds
    /// @notice Opens the round of the current epoch: fixes policy, seats, how many models there are, and the block whose hash will be the seed. Anyone.
    function openRound() external returns (uint256 roundId);

    /// @notice Fixes the seed from the hash of the entropy block, and pays for the lottery. Anyone, after that block and within the blockhash history.
    function captureEntropy(uint256 roundId) external returns (bytes32 seed);

    // ---------------------------------------------------------------- post
    /// @notice Applies a committee's results. Anyone may relay.
    /// @param signers Bitmap over the round's seat list, members of the shard's committee only.
    /// @param signatures 64 bytes each (r, then vs: EIP-2098), in the order of the bits from the lowest.
    /// @dev From the capture of the entropy until two epochs after the round's own. At most 64 results; any of them that cannot be applied refuses
    /// the whole batch, and nothing an owner or a staker can do makes one so. A failing result orders a freeze, unless more than the policy's
    /// `breakerBps` (and at least three) of the batch fail or the guardian's pause is on: then the next failing result of the version freezes in any case.
    function post(Batch calldata batch, uint256 signers, bytes calldata signatures) external;

    /// @notice Clears an evaluator's bit of `participated` after the round is closed. Only the vault, which pays for it.
    /// @return signer The signing key at that place.
    /// @return policyPointer Code account of the round's policy.
    function collectParticipation(
        uint256 roundId,
        uint256 place
    ) external returns (address signer, address policyPointer);

    // ---------------------------------------------------------------- dispute
    /// @notice Replays a memory with one entry replaced: by another result word, or by nothing (0, and always for a carried failure). Only the court.
    /// @dev Admission flags are not earned by it, and lane, retirement and log are those of now. A result is replaced by nothing only once its round is
    /// closed: else the same batch could be posted again.
    function overturn(bytes32 versionId, ResultLog calldata log, uint256 index, uint256 newWord) external;
    /// @notice Takes all evidence behind a version's rates away, because a posted median was proven wrong after it could be replayed. Only the court.
    function discredit(bytes32 versionId) external;
    event EvidenceDiscredited(bytes32 indexed versionId, uint256 memoryWord);

    // ---------------------------------------------------------------- views
    function vault() external view returns (address);
    function court() external view returns (address);
    function policyBoard() external view returns (address);
    /// @notice Unix seconds of the first epoch's start.
    function genesis() external view returns (uint256);
    /// @notice Seconds per epoch.
    function epochLength() external view returns (uint256);
    function modelCount() external view returns (uint256);
    /// @notice Number of the epoch that is running; also the id of its round, opened or not.
    function currentRoundId() external view returns (uint256);
    /// @notice When a round can no longer be posted to (seconds).
    function closesAt(uint256 roundId) external view returns (uint256);
    /// @notice The model's current version; 0 for an unknown model.
    function currentVersion(uint256 modelId) external view returns (bytes32 versionId);
    function versionIdOf(uint256 modelId, bytes32 digest) external pure returns (bytes32 versionId);
    /// @notice The memory word of a version (see MemoryLib); 0 for an unknown version.
    function memoryOf(bytes32 versionId) external view returns (uint256 memoryWord);
    /// @notice All 0 for a model that is not retired.
    function retirementOf(uint256 modelId) external view returns (Retirement memory);
    /// @notice Owner and lane of a model in one call; owner 0 for an unknown model.
    function ownerAndLane(uint256 modelId) external view returns (address owner, uint8 lane);
    function round(uint256 roundId) external view returns (Round memory);
    /// @notice Bitmap over the round's seat list of a shard's committee.
    function committeeOf(uint256 roundId, uint256 shard) external view returns (uint256 committee);
    /// @notice Committees of a round that was drawn.
    function shardsOf(uint256 roundId) external view returns (uint256 shards);
    /// @notice The committee that measures a version in a round that was drawn.
    function shardOf(uint256 roundId, bytes32 versionId) external view returns (uint256 shard);
    /// @notice The model that a lottery slot of a round drew (it takes part if it is experimental and bonded), by attempt (a slot has eight). 0 for a slot
    /// that was not paid for, an attempt beyond the eighth, or if there are no models.
    function lotteryDraw(uint256 roundId, uint256 slot, uint256 attempt) external view returns (uint256 modelId);
    /// @notice The hash kept of a version's log and when it can no longer be replayed (seconds); (0, 0) without one.
    function logOf(bytes32 versionId) external view returns (bytes32 logHash, uint256 until, uint256 entries);
    /// @notice Whether this is the version's log, and it can still be replayed.
    function isLog(bytes32 versionId, ResultLog calldata log) external view returns (bool);
    /// @notice A model's current version and its memory word in one call; all 0 for an unknown model.
    function standingOf(uint256 modelId) external view returns (bytes32 versionId, uint256 memoryWord);
    /// @notice Whether the model's current version is admitted now, under the policy in force. What contracts ask.
    function isAdmitted(uint256 modelId) external view returns (bool);
    /// @notice EIP-712 digest a committee member signs.
    function batchDigest(Batch calldata batch) external view returns (bytes32);
    /// @notice EIP-712 domain separator of everything evaluators sign for this contract.
    function domainSeparator() external view returns (bytes32);
}
