// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The stake of one model. Amounts in the token's smallest unit.
/// @dev Four slots, cut by who writes them: the bond (admission reads this one alone), the active pool, what only unbonding and losses touch, and
/// what only losses do. Stake events carry the first three as they are (`bondWord`, `poolWord`, `lossWord`; Delegated the first two), lowest field in the lowest bits; those of
/// freezes carry the fourth too.
struct ModelStake {
    /// Owner's bond, unbonding part included; takes losses first.
    uint96 bond;
    /// Part of the bond that is unbonding.
    uint96 unbondingBond;
    /// When the unbonding part of the bond may leave (seconds).
    uint40 bondUnlocksAt;
    /// Unresolved freezes.
    uint8 openFreezes;
    /// Whether usage fees are streaming in.
    bool streaming;
    /// Assets and shares of the active delegation pool.
    uint96 delegated;
    uint104 shares;
    /// While there is an unresolved freeze, nothing leaves before this time (seconds).
    uint40 heldUntil;
    /// Assets and shares of the pool of what is unbonding: slashable, earning nothing, counting for nothing.
    uint96 unbondingAssets;
    uint104 unbondingShares;
    /// When the current loss epoch started (seconds), and stake frozen in it.
    uint40 lossEpochStart;
    uint96 lossInEpoch;
}

/// @notice One delegator's position in one model's pools.
struct Position {
    /// Shares of the active pool: the ERC-6909 balance.
    uint104 shares;
    /// Shares of the unbonding pool.
    uint104 unbondingShares;
    uint40 unlocksAt;
}

/// @notice Usage fees on their way to a model's stake, linear in time.
struct FeeStream {
    /// Not yet paid in.
    uint96 amount;
    uint40 updatedAt;
    uint40 endsAt;
}

/// @notice A seat's bond. Amounts in the token's smallest unit.
struct SeatBond {
    uint96 assets;
    uint96 unbonding;
    uint40 unlocksAt;
}

/// @notice What the record orders after a failing result.
struct FreezeOrder {
    uint256 modelId;
    bytes32 versionId;
    uint256 roundId;
    /// How far below its slash floor the worst failed family is: 1,000..10,000.
    uint256 severityBps;
    /// Whole strikes held before the result.
    uint256 wholeStrikes;
    /// Whether the terms of the standard lane apply.
    bool standardLane;
    /// Code account of the round's policy.
    address policyPointer;
}

/// @notice Stake set aside by one failing result. Only its hash is stored: whoever moves it shows the record, which the events carry.
struct FreezeRecord {
    uint256 modelId;
    bytes32 versionId;
    uint256 roundId;
    uint256 fromBond;
    uint256 fromDelegations;
    uint256 fromUnbonding;
    /// Shares of the active pool then. Nobody joins while a freeze is unresolved, so the part of them that is still there is the part of
    /// `fromDelegations` that a restore gives back to the active pool; the rest follows those who moved to the unbonding pool.
    uint256 poolShares;
    /// What the bucket had no room for: can be frozen until the window ends.
    uint256 waiting;
    uint256 frozenAt;
    uint256 releasableAt;
    /// A dispute is open: nobody releases it.
    bool contested;
    bool standardLane;
    address policyPointer;
}

/// @title AssayVault: the money
/// @notice The only contract that holds tokens: bonds, delegations (ERC-6909 shares, id = model), freezes, usage fees, evaluators' bonds, the
/// commons fund. It judges nothing: the record (IAssay) orders freezes, the court resolves them, the board names the standards.
interface IAssayVault {
    // ---------------------------------------------------------------- events: an indexer is a fold over these
    event Bonded(
        uint256 indexed modelId,
        address indexed from,
        uint256 assets,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );
    /// @dev Beside the ERC-6909 Transfer of the shares. It leaves the third word as it was, and does not carry it: reading a slot for an event alone would
    /// cost every delegator 2,100 gas.
    event Delegated(
        uint256 indexed modelId,
        address indexed account,
        uint256 assets,
        uint256 shares,
        uint256 bondWord,
        uint256 poolWord
    );
    event BondUnbondRequested(
        uint256 indexed modelId,
        uint256 assets,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );
    /// @dev `shares` of the active pool became `unbondingShares` of the other, worth `assets`.
    event UnbondRequested(
        uint256 indexed modelId,
        address indexed account,
        uint256 assets,
        uint256 shares,
        uint256 unbondingShares,
        uint256 unlocksAt,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );
    event BondWithdrawn(
        uint256 indexed modelId,
        address indexed receiver,
        uint256 assets,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );
    event Withdrawn(
        uint256 indexed modelId,
        address indexed account,
        address receiver,
        uint256 assets,
        uint256 unbondingShares,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );

    event StakeFrozen(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        FreezeRecord frozen,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord,
        uint256 lossInEpoch
    );
    /// @dev More of what waited was frozen, or a dispute began or was confirmed.
    event FreezeChanged(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        FreezeRecord frozen,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord,
        uint256 lossInEpoch
    );
    event FreezeReleased(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        uint256 burnt,
        uint256 toCommons,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );
    event FreezeRestored(
        uint256 indexed modelId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        uint256 toBond,
        uint256 toDelegations,
        uint256 toUnbonding,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord,
        uint256 lossInEpoch
    );
    /// @dev The global bucket after a freeze: stake frozen that has not leaked out, and up to when it has leaked.
    event BucketFilled(uint256 level, uint256 updatedAt);

    event UsagePaid(
        uint256 indexed modelId,
        address indexed from,
        uint256 assets,
        uint256 toCommons,
        uint256 streamAmount,
        uint256 streamEndsAt
    );
    event FeesSettled(
        uint256 indexed modelId,
        uint256 toBond,
        uint256 toDelegations,
        uint256 toCommons,
        uint256 streamAmount,
        uint256 bondWord,
        uint256 poolWord,
        uint256 lossWord
    );

    /// @dev The model is evaluated in every round up to `paidThrough`.
    event EvaluationPrepaid(uint256 indexed modelId, address indexed from, uint256 assets, uint256 paidThrough);
    /// @dev The commons fund paid for `slots` lottery slots of a round.
    event LotteryFunded(uint256 indexed roundId, uint256 slots, uint256 assets);
    event CommonsFunded(address indexed from, uint256 assets);

    /// @dev A dispute's deposit came in, and left again: to whoever paid it, or half burnt and half to the commons fund (`to` is 0).
    event DepositTaken(address indexed from, uint256 assets);
    event DepositSettled(address indexed to, uint256 assets, uint256 burnt, uint256 toCommons);

    event SeatBonded(uint256 indexed seatId, address indexed from, uint256 assets, SeatBond bondAfter);
    event SeatUnbondRequested(uint256 indexed seatId, uint256 assets, SeatBond bondAfter);
    event SeatBondWithdrawn(uint256 indexed seatId, address indexed receiver, uint256 assets, SeatBond bondAfter);
    event SeatSlashed(uint256 indexed seatId, uint256 burnt, uint256 toCommons, SeatBond bondAfter);
    event FeeClaimed(uint256 indexed roundId, uint256 indexed seatId, address receiver, uint256 assets);
    /// @dev The same for a member of a second committee.
    event ReevaluationFeePaid(uint256 indexed disputeId, uint256 indexed seatId, address receiver, uint256 assets);

    // ---------------------------------------------------------------- errors
    /// @notice Only the model's owner may do this.
    error NotModelOwner(uint256 modelId, address caller);
    /// @notice There is no model with this id.
    error UnknownModel(uint256 modelId);
    /// @notice Only the seat's owner may do this.
    error NotSeatOwner(uint256 seatId, address caller);
    /// @notice Only the contract named by the deployment may do this.
    error NotAuthorized(address caller, address expected);
    /// @notice The amount was 0.
    error ZeroAmount();
    /// @notice The deposit is worth less than one share of the pool.
    error ZeroShares(uint256 assets);
    /// @notice Nobody could ever get at tokens sent to this account.
    error InvalidReceiver(address receiver);
    /// @notice The token took a fee or changed balances by itself: it is not a plain ERC-20.
    error TokenNotPlain(uint256 expected, uint256 received);
    /// @notice More shares were requested than the position holds.
    error InsufficientShares(uint256 requested, uint256 available);
    /// @notice More was requested than the bond holds beside the part that is unbonding already.
    error InsufficientBond(uint256 requested, uint256 available);
    /// @notice In the standard lane the bond stays above the policy's smallest: leave the lane first (Assay.setLane).
    error BondNeededInLane(uint256 remaining, uint256 bondMin);
    /// @notice The unbonding delay has not passed (seconds).
    error StillUnbonding(uint256 unlocksAt, uint256 nowAt);
    /// @notice A freeze is unresolved: nothing leaves the model before this time (seconds).
    error HeldByFreeze(uint256 heldUntil, uint256 nowAt);
    /// @notice A freeze is unresolved: nobody joins the pool, so that giving the stake back gives it to whom it was taken from.
    error FreezeUnresolved(uint256 modelId, uint256 openFreezes);
    /// @notice There is nothing to withdraw: request unbonding first.
    error NothingUnbonding();
    /// @notice There is no such freeze, it was resolved already, or the record shown is not the one kept.
    error UnknownFreeze(bytes32 versionId, uint256 roundId, bytes32 shown);
    /// @notice The freeze's window has not passed (seconds).
    error FreezeNotReleasable(uint256 releasableAt, uint256 nowAt);
    /// @notice A dispute about this freeze is open.
    error FreezeContested(bytes32 versionId, uint256 roundId);
    /// @notice Nothing of this freeze waits, or its window is over, or bucket and caps allow too little yet: take at least this much at a time.
    error NothingWaiting(uint256 waiting, uint256 takeable, uint256 least);
    /// @notice The guardian has paused freezes and releases until this time (seconds).
    error FreezesPaused(uint256 until);
    /// @notice The seat's owner has not left: leave the board first, or keep at least the smallest bond.
    error SeatBondNeeded(uint256 remaining, uint256 bondMin);
    /// @notice The fund cannot pay this yet; nothing is lost, try again later.
    error FundTooSmall(uint256 needed, uint256 available);
    /// @notice More rounds were prepaid than one call may carry.
    error TooManyRounds(uint256 rounds, uint256 bound);
    /// @notice Under the policy in force evaluation costs nothing.
    error EvaluationIsFree();
    /// @notice The amount is more than the token's supply can be.
    error AmountTooLarge(uint256 assets, uint256 bound);
    /// @notice A deployment parameter is outside its bounds.
    error ParameterOutOfBounds(string parameter, uint256 value, uint256 bound);
    /// @notice The contracts of a deployment do not name each other.
    error NotConnected(address expected, address actual);

    // ---------------------------------------------------------------- bond and delegate
    /// @notice Adds to the owner's bond. Anyone may pay; it belongs to whoever owns the model.
    function bond(uint256 modelId, uint256 assets) external;
    /// @notice The same with an EIP-2612 permit. A permit that somebody else has used already does no harm.
    function bondWithPermit(uint256 modelId, uint256 assets, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
    /// @notice Joins the pool; shares are rounded down (in favour of the pool). Not while a freeze is unresolved.
    function delegate(uint256 modelId, uint256 assets) external returns (uint256 shares);
    function delegateWithPermit(
        uint256 modelId,
        uint256 assets,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares);

    // ---------------------------------------------------------------- unbond and withdraw
    /// @notice Starts unbonding part of the bond. Another request adds up and restarts the clock. Only the owner. In the standard lane at least the
    /// policy's smallest bond stays.
    function requestBondUnbond(uint256 modelId, uint256 assets) external;
    /// @notice Starts unbonding shares: they move to the unbonding pool. Another request adds up and restarts the clock.
    function requestUnbond(uint256 modelId, uint256 shares) external;
    /// @notice Pays out the unbonded bond (less what was frozen meanwhile). Only the owner.
    /// While a freeze is unresolved, withdrawals of the model wait until `heldUntil`: at most 21 days, then at least 3 days free.
    function withdrawBond(uint256 modelId, address receiver) external returns (uint256 assets);
    /// @notice Pays out the caller's unbonded shares at today's price of the unbonding pool, rounded down.
    function withdraw(uint256 modelId, address receiver) external returns (uint256 assets);

    // ---------------------------------------------------------------- usage fees
    /// @notice Pays for usage: after the public share, it streams over 7 days to the stake that is active while it streams. Anyone.
    /// @dev While a freeze is unresolved, the delegations' part is that of both pools, by what they hold.
    function pay(uint256 modelId, uint256 assets) external;
    /// @notice Moves what has streamed so far into bond and pool. Anyone; every deposit and request does it too.
    function settleFees(uint256 modelId) external;

    // ---------------------------------------------------------------- evaluation credit and commons
    /// @notice Prepays evaluation for rounds that open from now on, after those paid already, at the price of the policy in force. Anyone.
    function prepay(uint256 modelId, uint256 rounds) external returns (uint256 paidThrough);
    /// @notice Gives tokens to the commons fund. Anyone.
    function fundCommons(uint256 assets) external;
    /// @notice Moves the price of the funded lottery slots from the commons fund to the evaluators'. Only the record, when entropy is captured.
    /// @return funded At most `slots`: as many as the fund pays for.
    function fundLottery(uint256 roundId, uint256 slots, uint256 price) external returns (uint256 funded);

    // ---------------------------------------------------------------- freezes
    /// @notice Sets stake aside. Only the record. Never reverts for a model's or a staker's state: freezes what there is, within the caps.
    /// @return frozen Whether a freeze was recorded.
    function freeze(FreezeOrder calldata order) external returns (bool frozen);
    /// @notice Freezes more of what waits for room in the bucket: all of it, or at least a twenty-fourth of the bucket at a time. Anyone.
    /// @dev The record changes: whoever keeps one finds the new one in FreezeChanged.
    function freezeWaiting(FreezeRecord calldata frozen) external;
    /// @notice Moves a freeze's stake after its window: half burnt, half to the commons fund (the odd unit too). Anyone.
    /// @dev A plain ERC-20 need not know how to burn, so burning is a transfer to 0x…dEaD.
    function release(FreezeRecord calldata frozen) external;
    /// @notice Keeps a freeze from being released while it is disputed. Only the court.
    function contest(FreezeRecord calldata frozen) external;
    /// @notice Ends a dispute: gives the stake back in full, or lets it be released. Only the court.
    function resolve(FreezeRecord calldata frozen, bool restore) external;

    // ---------------------------------------------------------------- evaluators
    /// @notice Adds to a seat's bond. Anyone may pay; it belongs to whoever owns the seat.
    function bondSeat(uint256 seatId, uint256 assets) external;
    /// @notice Starts unbonding part of a seat's bond: down to the smallest bond, or all of it after leaving the board. Only the seat's owner.
    function requestSeatUnbond(uint256 seatId, uint256 assets) external;
    /// @notice Pays out what was unbonding. Only the seat's owner.
    function withdrawSeatBond(uint256 seatId, address receiver) external returns (uint256 assets);
    /// @notice Takes a share of a seat's bond, unbonding part included: half burnt, half to the commons fund. Only the court.
    function slashSeat(uint256 seatId, uint256 shareBps) external returns (uint256 assets);
    /// @notice Pays an evaluator's flat fee for a round it took part in, once the round is closed, to the owner of its seat. Anyone.
    /// @param place The evaluator's bit in the round's `participated` (see IAssay.Round).
    function claimFee(uint256 roundId, uint256 place) external returns (uint256 assets);
    /// @notice Pays a member of a second committee from the evaluation fund, to the owner of its seat. Only the court (see ICourt.claimFee).
    function payReevaluation(uint256 disputeId, address signer, uint256 assets) external;

    /// @notice Takes a deposit of a dispute from an account that has approved this vault, and keeps it. Only the court.
    function takeDeposit(address from, uint256 assets) external;
    /// @notice Gives a deposit back, or forfeits it (half burnt, half to the commons fund) when `to` is 0. Only the court.
    function settleDeposit(address to, uint256 assets) external;

    // ---------------------------------------------------------------- views
    function token() external view returns (address);
    function assay() external view returns (address);
    function policyBoard() external view returns (address);
    function court() external view returns (address);
    /// @notice Seconds between a request to unbond and the withdrawal.
    function unbondingDelay() external view returns (uint256);
    /// @notice Tokens in the commons fund, and in the fund that pays evaluators.
    function commonsFund() external view returns (uint256);
    function evaluationFund() external view returns (uint256);
    /// @notice Deposits of open disputes.
    function depositsHeld() external view returns (uint256);
    /// @notice The global bucket: stake frozen that has not leaked out, as of `updatedAt` (seconds).
    function bucket() external view returns (uint256 level, uint256 updatedAt);
    function stakeOf(uint256 modelId) external view returns (ModelStake memory);
    /// @notice The stored slots of stakeOf, lowest field in the lowest bits.
    function stakeWordsOf(uint256 modelId) external view returns (uint256 bondWord, uint256 poolWord, uint256 lossWord);
    /// @notice What admission asks of stake: the bond less its unbonding part, and unresolved freezes. One slot.
    function backingOf(uint256 modelId) external view returns (uint256 activeBond, uint256 openFreezes);
    function positionOf(uint256 modelId, address account) external view returns (Position memory);
    function streamOf(uint256 modelId) external view returns (FeeStream memory);
    /// @notice The last round whose evaluation is prepaid; 0: none.
    function paidThrough(uint256 modelId) external view returns (uint256 roundId);
    /// @notice keccak256(abi.encode(FreezeRecord)); 0 if there is no unresolved freeze.
    function freezeHashOf(bytes32 versionId, uint256 roundId) external view returns (bytes32);
    function seatBondOf(uint256 seatId) external view returns (SeatBond memory);
    /// @notice A seat's bond less its unbonding part.
    function seatBond(uint256 seatId) external view returns (uint256 active);
}
