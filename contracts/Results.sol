// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batches } from "./Batches.sol";
import { FailedResult, Freezes } from "./Freezes.sol";
import { Batch, IAssay, ModelStake, ResultEntry, Round } from "./interfaces/IAssay.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./libraries/AdmissionLib.sol";
import { CombineLib } from "./libraries/CombineLib.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { DecayLib } from "./libraries/DecayLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";
import { ResultLib } from "./libraries/ResultLib.sol";

/// @notice What all results of a batch share.
struct Posting {
    Policy policy;
    uint256 roundId;
    uint256 epochStart;
    uint256 signerCount;
    uint256 neededToFail;
}

/// @title Results: a committee's word becomes memory
/// @dev Per result: one memory slot written and one event; stake is read only for a version on its way to admission.
abstract contract Results is Freezes, Batches {
    uint256 private constant RESULTS_MAX = 64;

    // ---------------------------------------------------------------- post
    /// @inheritdoc IAssay
    function post(Batch calldata batch, uint256 signers, bytes[] calldata signatures) external {
        ResultEntry[] calldata results = batch.results;
        require(results.length != 0, EmptyBatch());
        require(results.length <= RESULTS_MAX, BatchTooLarge(results.length, RESULTS_MAX));
        Round storage drawn = _postableRound(batch.roundId);
        Policy memory policy = DataCode.readPolicy(drawn.policyPointer);
        (uint256 count, uint256 members) = _authorize(batch, signers, signatures, drawn, policy);
        // A struct with a policy inside is built here and never returned: returning it would first lay out an empty one.
        Posting memory posting = Posting({
            policy: policy,
            roundId: batch.roundId,
            epochStart: AdmissionLib.epochStart(batch.roundId, GENESIS, EPOCH_LENGTH),
            signerCount: count,
            neededToFail: CommitteeLib.signersNeededToFail(members, policy)
        });
        for (uint256 i; i < results.length; ++i) _apply(results[i], posting);
    }

    /// @dev Checks committee, quorum and every signature.
    /// @return count Signatures, all of them good.
    /// @return members Size of the committee.
    function _authorize(
        Batch calldata batch,
        uint256 signers,
        bytes[] calldata signatures,
        Round storage drawn,
        Policy memory policy
    ) private returns (uint256 count, uint256 members) {
        bytes memory seats = DataCode.read(drawn.seatsPointer);
        uint256 committee = CommitteeLib.committeeOf(drawn.seed, seats.length / 20, policy);
        members = CommitteeLib.memberCount(seats.length / 20, policy);
        bytes32 digest = batchDigest(batch);
        count = _verify(digest, signers, committee, signatures, seats);
        uint256 needed = CommitteeLib.signersNeeded(members, policy);
        require(count >= needed, TooFewSigners(count, needed));
        emit BatchPosted(batch.roundId, digest, signers, batch.reportsRoot, msg.sender);
    }

    /// @dev Applies one result: memory first, then what a failure costs, then whether the version stands admitted with that.
    function _apply(ResultEntry calldata entry, Posting memory posting) private {
        uint256 word = entry.word;
        require(ResultLib.isWellFormed(word), MalformedResult(word));
        bytes32 versionId = versionIdOf(entry.modelId, entry.digest);
        uint256 wordBefore = _memories[versionId];
        require(wordBefore != 0, UnknownVersion(entry.modelId, entry.digest));
        Memory memory self = MemoryLib.unpack(wordBefore);
        require(self.lastRound < posting.roundId, StaleRound(versionId, posting.roundId, self.lastRound));

        uint256 failed = CombineLib.applyResult(self, word, posting.roundId, block.timestamp, posting.policy);
        if (failed != 0) {
            require(
                posting.signerCount >= posting.neededToFail,
                FailingResultNeedsMoreSigners(versionId, posting.signerCount, posting.neededToFail)
            );
            _freeze(
                FailedResult({
                    modelId: entry.modelId,
                    versionId: versionId,
                    roundId: posting.roundId,
                    word: word,
                    failed: failed,
                    memoryWordBefore: wordBefore
                }),
                posting.policy
            );
        }
        MemoryLib.setAdmitted(self, _staysAdmitted(entry.modelId, self, posting));
        uint256 wordAfter = MemoryLib.pack(self);
        _memories[versionId] = wordAfter;
        emit ResultPosted(posting.roundId, entry.modelId, versionId, word, wordAfter, failed);
    }

    /// @dev The flag that lowers the bars by the hysteresis. It is earned by an admission, stake included, and lost by evidence alone: what the owner does
    /// with the bond in between moves no bar. So a version that has it needs no look at its stake.
    function _staysAdmitted(uint256 modelId, Memory memory self, Posting memory posting) private view returns (bool) {
        return
            AdmissionLib.isProven(self, posting.policy, posting.epochStart, block.timestamp) &&
            (MemoryLib.isAdmittedFlag(self) || AdmissionLib.isBacked(_stakes[modelId], posting.policy));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function isAdmittedUnder(uint256 modelId, address policyPointer) external view returns (bool) {
        Memory memory self = MemoryLib.unpack(_memories[currentVersion[modelId]]);
        Policy memory policy = DataCode.readPolicy(policyPointer);
        DecayLib.decayTo(self, block.timestamp, policy.halfLife);
        uint256 lastEpochStart = AdmissionLib.epochStart(self.lastRound, GENESIS, EPOCH_LENGTH);
        return
            AdmissionLib.isProven(self, policy, lastEpochStart, block.timestamp) &&
            AdmissionLib.isBacked(_stakes[modelId], policy);
    }

    /// @inheritdoc IAssay
    function standingOf(
        uint256 modelId
    ) external view returns (bytes32 versionId, uint256 memoryWord, ModelStake memory stake) {
        versionId = currentVersion[modelId];
        memoryWord = _memories[versionId];
        stake = stakeOf(modelId);
    }
}
