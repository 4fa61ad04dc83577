// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ResultLog } from "./IAssay.sol";
import { FreezeRecord } from "./IAssayVault.sol";

/// @notice Opened: waits for its committee. Drawn: waits for the committee. Reevaluated: can be appealed. Appealed: waits for the arbitrator.
enum Stage {
    None,
    Opened,
    Drawn,
    Reevaluated,
    Appealed,
    Ruled,
    Executed
}

/// @notice Unresolved: nobody decided; stake goes back, the score stands.
enum Outcome {
    Unresolved,
    Confirmed,
    Overturned
}

/// @notice A dispute about one failing result.
struct Dispute {
    bytes32 versionId;
    /// The disputed result word, and that of the second committee (0 before).
    uint256 word;
    uint256 newWord;
    /// Second committee, a bitmap over its seat list.
    uint256 committee;
    /// Code account of the disputed round's policy.
    address policyPointer;
    uint32 roundId;
    /// End of the stage (seconds): of the re-evaluation, of the appeal window, of the arbitrator's time.
    uint40 deadline;
    Stage stage;
    /// What the second committee, then the arbitrator said.
    Outcome verdict;
    Outcome ruling;
    /// Code account of the seats that the second committee is drawn from.
    address seatsPointer;
    uint40 entropyBlock;
    address appellant;
    /// Who went on to the arbitrator.
    address arbitrationAppellant;
}

/// @notice A posted result that was proven or found wrong. `newWord` 0: as if it had not been posted.
struct Correction {
    uint256 word;
    uint256 newWord;
}

/// @title Court: disputes
/// @notice Finds out whether a failing result, or an evaluator's work, was wrong, and tells record (IAssay) and vault (IAssayVault) what follows. It
/// measures nothing, scores nothing, and holds no token: deposits lie in the vault. Nobody gains by a verdict: the most one gets is one's own deposit.
/// Levels 0 and 1, about evaluators, are the Inspector's (IInspector), which this contract creates and carries out the findings of.
///
/// | level | question                          | decided by               | deposit                          | if nobody acts              |
/// | ----- | --------------------------------- | ------------------------ | -------------------------------- | --------------------------- |
/// | 0     | can the evaluator be proven wrong | signatures and hashes    | none                             | –                           |
/// | 1     | does the evidence exist           | an opening               | a tenth of `disputeDeposit`: back if there is no answer, forfeited if there is | challenge upheld: the evaluator loses 5 % |
/// | 2     | is the failing result reproducible | ≥ 2/3 of a disjoint committee of up to 15 | `disputeDeposit`: forfeited if confirmed, else back | stake back, score stands, deposit back |
/// | 3     | what does the policy mean         | the policy's ERC-792 arbitrator | 2 · `disputeDeposit` and the arbitrator's cost (wei): forfeited if it rules as the committee did, else back | stake and deposits back; the score as the committee found |
///
/// | clock                                             | length                                                                             |
/// | ------------------------------------------------- | ---------------------------------------------------------------------------------- |
/// | level 0: proof after a round is closed            | 21 days: less than any seat takes to leave with its bond                           |
/// | level 1: challenge after a round is closed        | 4 epochs, then 2 epochs for the answer                                             |
/// | level 2: appeal after a result                    | until its freeze can be released (the policy's `freezeWindow` if nothing was frozen) |
/// | level 2: draw and re-evaluation                   | 4 epochs from the appeal                                                           |
/// | level 3: appeal after the second committee's word | 2 epochs                                                                           |
/// | level 3: ruling                                   | 7 epochs                                                                           |
///
/// With epochs of a day and a freeze window of 7 days a dispute is over within 20 days of the freeze, before the vault's hold of 21 days ends.
/// Everything but the words of evaluators and arbitrator can be called by anyone, and every stage ends by itself: `execute` then carries out what was
/// decided or the default. Records and logs that callers have to show stand in the events of vault and record.
///
/// Re-evaluators sign reports too: those under the `reportsRoot` of a re-evaluation (one leaf) are Reports in this contract's domain with the
/// dispute's id as `roundId`; their probes are drawn with this contract, the dispute's id and its seed in the place of Assay, round and round seed.
interface ICourt {
    // ---------------------------------------------------------------- events: an indexer is a fold over these
    /// @dev The result is wrong: every log it stands in can be replayed with `newWord` in its place (0: without it).
    event ResultCorrected(bytes32 indexed versionId, uint256 indexed roundId, uint256 word, uint256 newWord);
    /// @dev `failed` is a bitmap over families. `contested`: whether a freeze waits for this dispute.
    event DisputeOpened(
        uint256 indexed disputeId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        Dispute opened,
        uint256 failed,
        bool contested,
        uint256 deposit
    );
    /// @dev The hash of the entropy block was out of reach: this one's is taken.
    event EntropyMoved(uint256 indexed disputeId, uint256 entropyBlock);
    /// @dev `committee` is a bitmap over the dispute's seat list; 0: nobody is left who could measure again.
    event CommitteeDrawn(uint256 indexed disputeId, bytes32 seed, uint256 committee, uint256 deadline);
    event ReevaluationPosted(
        uint256 indexed disputeId,
        uint256 word,
        bytes32 reportsRoot,
        uint256 signers,
        Outcome verdict,
        uint256 deadline
    );
    event AppealedToArbitrator(
        uint256 indexed disputeId,
        address indexed appellant,
        address indexed arbitrator,
        uint256 arbitratorDisputeId,
        uint256 deadline,
        uint256 deposit
    );
    event Ruled(uint256 indexed disputeId, Outcome ruling);
    event DisputeExecuted(uint256 indexed disputeId, Outcome outcome, uint256 newWord, bool stakeRestored);
    /// @dev The token refused to move a deposit now: it can be claimed later. `account` 0: it is forfeited.
    event DepositOwed(address indexed account, uint256 assets, uint256 owed);
    event DepositClaimed(address indexed account, uint256 assets);

    // ---------------------------------------------------------------- errors
    /// @notice The contracts of a deployment do not name each other.
    error NotConnected(address expected, address actual);
    /// @notice Only the contract named by the deployment may do this.
    error NotAuthorized(address caller, address expected);
    /// @notice There is no such entry, or nothing in it to overturn: of a log only results and carried failures can be.
    error NoSuchEntry(uint256 index, uint256 entries);
    /// @notice No signer at this place of the dispute's seat list is still to be paid.
    error NothingToPay(uint256 disputeId, uint256 place);
    /// @notice Fewer committee members signed than needed.
    error TooFewSigners(uint256 signers, uint256 needed);
    /// @notice This is not the log kept of the version, or it can no longer be replayed.
    error UnknownLog(bytes32 versionId);
    /// @notice The log has no entry about this result that could be overturned.
    error NotInLog(bytes32 versionId, uint256 roundId);
    /// @notice The record shown is about another result, or is missing.
    error WrongFreeze(bytes32 versionId, uint256 roundId);
    /// @notice The result was not found wrong.
    error NotOverturned(bytes32 versionId, uint256 roundId);
    /// @notice The result was found wrong already.
    error AlreadyCorrected(bytes32 versionId, uint256 roundId);
    /// @notice Only failing results can be disputed.
    error NotFailing(uint256 word);
    /// @notice There is a dispute about this result already.
    error AlreadyDisputed(uint256 disputeId);
    /// @notice The result can no longer be disputed (seconds).
    error AppealTooLate(uint256 appealableUntil, uint256 nowAt);
    /// @notice The dispute is at another stage.
    error WrongStage(uint256 disputeId, Stage stage);
    /// @notice The stage's time is over: execute (seconds).
    error StageOver(uint256 deadline, uint256 nowAt);
    /// @notice The stage's time is not over (seconds).
    error StagePending(uint256 deadline, uint256 nowAt);
    /// @notice The hash of the entropy block is not known yet.
    error EntropyNotReady(uint256 entropyBlock, uint256 nowBlock);
    /// @notice The result word is not one a committee can have measured (see ResultLib).
    error MalformedResult(uint256 word);
    /// @notice Families that failed were not measured again (bitmap).
    error FamiliesNotMeasured(uint256 missing);
    /// @notice The policy names no arbitrator.
    error NoArbitrator(uint256 disputeId);
    /// @notice The arbitrator's cost must be sent exactly (wei).
    error WrongArbitrationFee(uint256 sent, uint256 cost);
    /// @notice The arbitrator gave the number of a dispute that it has given before.
    error ArbitratorRepeated(address arbitrator, uint256 arbitratorDisputeId);
    /// @notice The caller has no such dispute to rule on.
    error UnknownArbitration(address caller, uint256 arbitratorDisputeId);
    /// @notice Nothing is owed to this account.
    error NothingOwed(address account);

    // ---------------------------------------------------------------- level 2: re-evaluation
    /// @notice Disputes a failing result. Anyone, for a deposit; once a result.
    /// @param log The version's, with the result in it.
    /// @param index The result's entry.
    /// @param frozen The freeze it caused; ignored if there is none.
    function appeal(
        bytes32 versionId,
        ResultLog calldata log,
        uint256 index,
        FreezeRecord calldata frozen
    ) external returns (uint256 disputeId);
    /// @notice Draws the second committee: up to 15 seats of the list that was sealed when the dispute was opened, without those of the first committee.
    /// Anyone. If the hash of the entropy block is out of reach, moves on to another block.
    function drawCommittee(uint256 disputeId) external;
    /// @notice Takes the second committee's word, signed by two thirds of it. Anyone may relay; the first one counts.
    /// @param reportsRoot See above.
    /// @param signers Bitmap over the dispute's seat list.
    /// @param signatures 64 bytes each over reevaluationDigest, in the order of the bits from the lowest.
    function postReevaluation(
        uint256 disputeId,
        uint256 word,
        bytes32 reportsRoot,
        uint256 signers,
        bytes calldata signatures
    ) external;

    /// @notice Pays a member of the second committee that signed its word: a fifteenth of `evaluationPrice`, at most `evaluationFee`, of the disputed
    /// round's policy, from the evaluation fund, to the owner of its seat. Once, the same whatever the verdict. Anyone.
    /// @param place The member's bit in `signers`.
    function claimFee(uint256 disputeId, uint256 place) external returns (uint256 assets);
    /// @notice Signers of a second committee's word that were not paid yet, a bitmap over the dispute's seat list.
    function unpaidOf(uint256 disputeId) external view returns (uint256 signers);

    // ---------------------------------------------------------------- level 3: arbitrator
    /// @notice Takes a re-evaluated dispute to the policy's arbitrator. Anyone, for a deposit and the arbitrator's exact cost in wei.
    /// @dev Rulings: 0 refused, 1 the result stands, 2 the result is overturned.
    function appealToArbitrator(uint256 disputeId) external payable;

    // ---------------------------------------------------------------- end
    /// @notice Carries out what was decided, or the default once the stage's time is over. Anyone.
    /// @param frozen The record of the contested freeze as it stands; ignored if there is none.
    /// @param log The version's log: then an overturned result is corrected in it at once, unless it is to vanish from a round that can still be
    /// posted to. Without entries: see rectify.
    function execute(uint256 disputeId, FreezeRecord calldata frozen, ResultLog calldata log) external;
    /// @notice Corrects a result that was found wrong in the log of the version it was about, or of one that inherited it or carries it. Anyone.
    /// @param versionId The version the result was about.
    /// @param ofVersionId Whose log it is.
    function rectify(bytes32 versionId, uint256 roundId, bytes32 ofVersionId, ResultLog calldata log) external;
    /// @notice Pays out deposits that could not be paid when they were due; 0: forfeits those that could not be forfeited. Anyone.
    function claimDeposit(address account) external returns (uint256 assets);

    // ---------------------------------------------------------------- for the inspector
    /// @notice Takes a share of a seat's bond. Only the inspector.
    function slash(uint256 seatId, uint256 shareBps) external returns (uint256 assets);
    /// @notice Corrects a result in the version's log, if that holds it as it came with this batch, and gives back the stake it froze. Only the inspector.
    /// @dev A batch that was signed beside the one that was posted proves nothing about the one that was.
    /// @param batchDigest Of the batch that was proven wrong.
    /// @param log The version's; ignored while there is none.
    /// @param frozen The freeze it caused; ignored if there is none.
    /// @return known Whether the log tells what became of the round: what it holds is corrected here, and what it does not hold was never posted.
    function correct(
        bytes32 versionId,
        uint256 roundId,
        bytes32 batchDigest,
        Correction calldata correction,
        ResultLog calldata log,
        FreezeRecord calldata frozen
    ) external returns (bool known);
    /// @notice Takes the evidence behind a version's rates away. Only the inspector.
    function discredit(bytes32 versionId) external;
    /// @notice Takes a deposit from an account that has approved the vault. Only the inspector.
    function takeDeposit(address from, uint256 assets) external;
    /// @notice Gives a deposit back, or forfeits it when `to` is 0; what the token refuses to move is owed. Only the inspector.
    function settleDeposit(address to, uint256 assets) external;

    // ---------------------------------------------------------------- views
    /// @notice The contract for levels 0 and 1.
    function inspector() external view returns (address);
    function assay() external view returns (address);
    function vault() external view returns (address);
    function policyBoard() external view returns (address);
    /// @notice Number of disputes; ids run from 1.
    function disputeCount() external view returns (uint256);
    function dispute(uint256 disputeId) external view returns (Dispute memory);
    /// @notice The dispute about a result; 0: none.
    function disputeOf(bytes32 versionId, uint256 roundId) external view returns (uint256 disputeId);
    /// @notice What a result was found to be; all 0 if it was not found wrong.
    function correctionOf(bytes32 versionId, uint256 roundId) external view returns (Correction memory);
    /// @notice Deposits that could not be paid when they were due; 0: that could not be forfeited.
    function depositOwed(address account) external view returns (uint256 assets);
    /// @notice EIP-712 digest that re-evaluators sign: Reevaluation(uint256 disputeId,bytes32 versionId,uint256 word,bytes32 reportsRoot), domain
    /// "Assay Court", version 1, this contract.
    function reevaluationDigest(uint256 disputeId, uint256 word, bytes32 reportsRoot) external view returns (bytes32);
    /// @notice EIP-712 domain separator of re-evaluations and their reports.
    function domainSeparator() external view returns (bytes32);
}
