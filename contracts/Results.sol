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
    /// Signers that a result needs, and a failing one.
    uint256 needed;
    uint256 neededToFail;
}

/// @title Results: a committee's word becomes memory
/// @dev Per result: one memory slot written, one or two stake slots read, one event.
abstract contract Results is Freezes, Batches {
    uint256 private constant RESULTS_MAX = 64;

    // ---------------------------------------------------------------- post
    /// @inheritdoc IAssay
    function post(Batch calldata batch, uint256 signers, bytes[] calldata signatures) external {
        uint256 count = batch.results.length;
        require(count != 0, EmptyBatch());
        require(count <= RESULTS_MAX, BatchTooLarge(count, RESULTS_MAX));
        Posting memory posting = _authorize(batch, signers, signatures);
        for (uint256 i; i < count; ++i) _apply(batch.results[i], posting);
    }

    /// @dev Checks round, committee, quorum and every signature.
    function _authorize(
        Batch calldata batch,
        uint256 signers,
        bytes[] calldata signatures
    ) private returns (Posting memory posting) {
        Round storage posted = _postableRound(batch.roundId);
        bytes memory seats = DataCode.read(posted.seatsPointer);
        posting = _postingOf(posted, batch.roundId, seats.length / 20);
        uint256 committee = CommitteeLib.committeeOf(posted.seed, seats.length / 20, posting.policy);
        bytes32 digest = batchDigest(batch);
        posting.signerCount = _verify(digest, signers, committee, signatures, seats);
        require(posting.signerCount >= posting.needed, TooFewSigners(posting.signerCount, posting.needed));
        emit BatchPosted(posting.roundId, digest, signers, batch.reportsRoot, msg.sender);
    }

    /// @dev All but the signers.
    function _postingOf(
        Round storage posted,
        uint256 roundId,
        uint256 seatCount
    ) private view returns (Posting memory) {
        Policy memory policy = DataCode.readPolicy(posted.policyPointer);
        uint256 members = CommitteeLib.memberCount(seatCount, policy);
        return
            Posting({
                policy: policy,
                roundId: roundId,
                epochStart: AdmissionLib.epochStart(roundId, GENESIS, EPOCH_LENGTH),
                signerCount: 0,
                needed: CommitteeLib.signersNeeded(members, policy),
                neededToFail: CommitteeLib.signersNeededToFail(members, policy)
            });
    }

    /// @dev Applies one result: memory first, then what a failure costs, then whether the version stands admitted with that.
    function _apply(ResultEntry calldata entry, Posting memory posting) private {
        (uint256 modelId, uint256 word) = (entry.modelId, entry.word);
        require(ResultLib.isWellFormed(word), MalformedResult(word));
        bytes32 versionId = versionIdOf(modelId, entry.digest);
        uint256 wordBefore = _memories[versionId];
        require(wordBefore != 0, UnknownVersion(modelId, entry.digest));
        Memory memory self = MemoryLib.unpack(wordBefore);
        require(self.lastRound < posting.roundId, StaleRound(versionId, posting.roundId, self.lastRound));

        Policy memory policy = posting.policy;
        DecayLib.decayTo(self, block.timestamp, policy.halfLife);
        uint256 wholeStrikes = self.strikes / MemoryLib.STRIKE;
        uint256 failed = CombineLib.applyResult(self, word, posting.roundId, block.timestamp, policy);
        if (failed != 0) {
            require(
                posting.signerCount >= posting.neededToFail,
                FailingResultNeedsMoreSigners(versionId, posting.signerCount, posting.neededToFail)
            );
            _freeze(
                FailedResult({
                    modelId: modelId,
                    versionId: versionId,
                    roundId: posting.roundId,
                    word: word,
                    failed: failed,
                    memoryWordBefore: wordBefore,
                    wholeStrikes: wholeStrikes
                }),
                policy
            );
        }
        MemoryLib.setAdmitted(self, _isAdmitted(modelId, self, posting.epochStart, policy));
        uint256 wordAfter = MemoryLib.pack(self);
        _memories[versionId] = wordAfter;
        emit ResultPosted(posting.roundId, modelId, versionId, word, wordAfter, failed);
    }

    /// @param self Decayed to now.
    /// @param lastEpochStart Start of the epoch of the memory's last round.
    function _isAdmitted(
        uint256 modelId,
        Memory memory self,
        uint256 lastEpochStart,
        Policy memory policy
    ) private view returns (bool) {
        return
            AdmissionLib.isProven(self, policy, lastEpochStart, block.timestamp) &&
            AdmissionLib.isBacked(_stakes[modelId], policy);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function isAdmittedUnder(uint256 modelId, address policyPointer) external view returns (bool) {
        Memory memory self = MemoryLib.unpack(_memories[currentVersion[modelId]]);
        Policy memory policy = DataCode.readPolicy(policyPointer);
        DecayLib.decayTo(self, block.timestamp, policy.halfLife);
        uint256 lastEpochStart = AdmissionLib.epochStart(self.lastRound, GENESIS, EPOCH_LENGTH);
        return _isAdmitted(modelId, self, lastEpochStart, policy);
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
