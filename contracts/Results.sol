// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batches } from "./Batches.sol";
import { Lanes } from "./Lanes.sol";
import { Rounds } from "./Rounds.sol";
import { Batch, IAssay, LogEntry, ResultEntry, Round } from "./interfaces/IAssay.sol";
import { FreezeOrder } from "./interfaces/IAssayVault.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./libraries/AdmissionLib.sol";
import { BreakerLib } from "./libraries/BreakerLib.sol";
import { CombineLib } from "./libraries/CombineLib.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { DecayLib } from "./libraries/DecayLib.sol";
import { FreezeLib } from "./libraries/FreezeLib.sol";
import { LogLib } from "./libraries/LogLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";
import { ResultLib } from "./libraries/ResultLib.sol";

/// @notice What all results of a batch share.
struct Posting {
    Policy policy;
    address policyPointer;
    bytes32 batchDigest;
    uint256 roundId;
    uint256 epochStart;
    bytes32 seed;
    uint256 shard;
    uint256 shards;
    uint256 signerCount;
    uint256 neededToFail;
    /// Families a result has to cover.
    uint256 gated;
    /// So many results fail that none of them freezes stake.
    bool contested;
    /// Whether the guardian's pause is on: asked of the board at most once, and only if an answer needs it.
    bool pauseKnown;
    bool paused;
}

/// @title Results: a committee's word becomes memory
/// @dev Per result one memory slot written and one event. Stake, pause, logs and other versions are looked at only for those whom they concern: a version on its
/// way to admission, a failing result, a version with a log. Nothing an owner or a staker can do makes a batch revert.
abstract contract Results is Lanes, Rounds, Batches {
    uint256 private constant RESULTS_MAX = 64;

    // ---------------------------------------------------------------- post
    /// @inheritdoc IAssay
    function post(Batch calldata batch, uint256 signers, bytes calldata signatures) external {
        ResultEntry[] calldata results = batch.results;
        require(results.length != 0, EmptyBatch());
        require(results.length <= RESULTS_MAX, BatchTooLarge(results.length, RESULTS_MAX));
        Round storage drawn = _postableRound(batch.roundId);
        // A struct with a policy inside is built here and never returned: returning it would first lay out an empty one.
        Posting memory posting = Posting({
            policyPointer: drawn.policyPointer,
            policy: DataCode.readPolicy(drawn.policyPointer),
            batchDigest: 0,
            seed: drawn.seed,
            roundId: batch.roundId,
            epochStart: AdmissionLib.epochStart(batch.roundId, GENESIS, EPOCH_LENGTH),
            shard: batch.shard,
            shards: 0,
            signerCount: 0,
            neededToFail: 0,
            gated: 0,
            contested: false,
            pauseKnown: false,
            paused: false
        });
        uint256[] memory failed = _judge(results, posting);
        _authorize(batch, signers, signatures, drawn, posting);
        // Two loops: the first one is every normal day's.
        if (failed.length == 0) {
            for (uint256 i; i < results.length; ++i) _apply(results[i], 0, posting);
        } else {
            for (uint256 i; i < results.length; ++i) _apply(results[i], failed[i], posting);
        }
    }

    /// @dev The slash tests of all results, and whether too many fail at once. What a result fails depends on nothing but itself.
    /// @return failed Bitmaps over families; empty if nothing fails.
    function _judge(
        ResultEntry[] calldata results,
        Posting memory posting
    ) private pure returns (uint256[] memory failed) {
        uint256 slashLanes = CombineLib.slashLanes(posting.policy);
        uint256 failing;
        for (uint256 i; i < results.length; ++i) {
            uint256 word = results[i].word;
            require(ResultLib.isWellFormed(word), MalformedResult(word));
            uint256 families = CombineLib.failedFamilies(word, slashLanes, posting.policy);
            if (families == 0) continue;
            if (failing == 0) failed = new uint256[](results.length);
            failed[i] = families;
            ++failing;
        }
        posting.contested = BreakerLib.isContested(failing, results.length, posting.policy);
        posting.gated = CombineLib.gatedFamilies(posting.policy);
    }

    /// @dev Checks shard, committee, quorum and every signature, and notes who took part.
    function _authorize(
        Batch calldata batch,
        uint256 signers,
        bytes calldata signatures,
        Round storage drawn,
        Posting memory posting
    ) private {
        bytes32 digest = batchDigest(batch);
        posting.batchDigest = digest;
        bytes memory seats = DataCode.read(drawn.seatsPointer);
        uint256 committee = _committee(seats.length / 20, posting);
        posting.signerCount = _verify(digest, signers, committee, signatures, seats);
        _requireQuorum(seats.length / 20, posting);
        uint256 places = CommitteeLib.placesOf(signers, committee, posting.shard, posting.policy);
        uint256 participated = _participate(drawn, places);
        emit BatchPosted(
            batch.roundId,
            batch.shard,
            digest,
            signers,
            batch.reportsRoot,
            posting.contested,
            participated
        );
    }

    function _committee(uint256 seatCount, Posting memory posting) private pure returns (uint256 committee) {
        posting.shards = CommitteeLib.shardCount(seatCount, posting.policy);
        require(posting.shard < posting.shards, UnknownShard(posting.shard, posting.shards));
        return CommitteeLib.committeeOf(posting.seed, seatCount, posting.policy, posting.shard);
    }

    function _requireQuorum(uint256 seatCount, Posting memory posting) private pure {
        uint256 members = CommitteeLib.memberCount(seatCount, posting.policy);
        uint256 needed = CommitteeLib.signersNeeded(members, posting.policy);
        require(posting.signerCount >= needed, TooFewSigners(posting.signerCount, needed));
        posting.neededToFail = CommitteeLib.signersNeededToFail(members, posting.policy);
    }

    /// @dev `places` are below bit 48: at most that many seats are drawn (PolicyBounds).
    function _participate(Round storage drawn, uint256 places) private returns (uint256 participated) {
        uint256 before = drawn.participated;
        participated = before | places;
        if (participated != before) drawn.participated = uint48(participated);
    }

    // ---------------------------------------------------------------- apply
    /// @dev Applies one result: its memory first, then what a failure costs.
    function _apply(ResultEntry calldata entry, uint256 failed, Posting memory posting) private {
        bytes32 versionId = versionIdOf(entry.modelId, entry.digest);
        uint256 wordBefore = _memories[versionId];
        require(wordBefore != 0, UnknownVersion(entry.modelId, entry.digest));
        Memory memory self = MemoryLib.unpack(wordBefore);
        _requireApplicable(entry.word, failed, versionId, self, posting);

        CombineLib.applyJudged(self, entry.word, failed, posting.roundId, block.timestamp, posting.policy);
        bool freezes = failed != 0 && _freezes(self, posting);
        self.flags &= ~MemoryLib.CONTESTED;
        bool left = MemoryLib.has(self, MemoryLib.LEFT);
        if (left && _isAfterLeaving(entry.modelId, posting.roundId)) self.flags ^= MemoryLib.LEFT;
        if (failed != 0 && !freezes) self.flags |= MemoryLib.CONTESTED;
        MemoryLib.setAdmitted(self, _staysAdmitted(entry.modelId, self, posting));

        bool logged = failed != 0 || MemoryLib.has(self, MemoryLib.LOGGED);
        if (logged) _logResult(versionId, self, wordBefore, entry.word, failed, posting);
        uint256 wordAfter = _storeMemory(versionId, self);
        emit ResultPosted(posting.roundId, entry.modelId, versionId, entry.word, wordAfter, failed);
        if (failed != 0) _answer(entry, versionId, failed, wordBefore, self, posting);
    }

    function _requireApplicable(
        uint256 word,
        uint256 failed,
        bytes32 versionId,
        Memory memory self,
        Posting memory posting
    ) private pure {
        require(self.lastRound < posting.roundId, StaleRound(versionId, posting.roundId, self.lastRound));
        uint256 missing = posting.gated & ~ResultLib.flags(word);
        require(missing == 0, FamiliesNotMeasured(versionId, missing));
        uint256 expected = CommitteeLib.shardOf(versionId, posting.seed, posting.shards);
        require(posting.shard == expected, WrongShard(versionId, posting.shard, expected));
        require(
            failed == 0 || posting.signerCount >= posting.neededToFail,
            FailingResultNeedsMoreSigners(versionId, posting.signerCount, posting.neededToFail)
        );
    }

    /// @dev Whether a failing result costs stake. In a contested batch only a version whose last failure was contested too: this is the second committee.
    /// @param self Its flags are those before the result.
    function _freezes(Memory memory self, Posting memory posting) private view returns (bool) {
        if (posting.contested && !MemoryLib.has(self, MemoryLib.CONTESTED)) return false;
        return !_isPaused(posting);
    }

    /// @dev The flag that lowers the bars by the hysteresis. It is earned by an admission, stake included, and lost by evidence alone: what the owner does
    /// with lane and bond in between moves no bar. So a version that has it needs no look at its stake.
    function _staysAdmitted(uint256 modelId, Memory memory self, Posting memory posting) private view returns (bool) {
        if (!AdmissionLib.isProven(self, posting.policy, posting.epochStart, block.timestamp)) return false;
        if (MemoryLib.has(self, MemoryLib.ADMITTED)) return true;
        if (!AdmissionLib.isEntitled(self, false) || _isPaused(posting)) return false;
        return _isBacked(modelId, posting.policy);
    }

    function _isBacked(uint256 modelId, Policy memory policy) private view returns (bool) {
        (uint256 activeBond, uint256 openFreezes) = VAULT.backingOf(modelId);
        return AdmissionLib.isBacked(activeBond, openFreezes, policy);
    }

    function _isPaused(Posting memory posting) private view returns (bool) {
        if (!posting.pauseKnown) {
            (, posting.paused) = _standing();
            posting.pauseKnown = true;
        }
        return posting.paused;
    }

    function _logResult(
        bytes32 versionId,
        Memory memory self,
        uint256 wordBefore,
        uint256 word,
        uint256 failed,
        Posting memory posting
    ) private {
        LogEntry memory entry = _entry(LogLib.RESULT, posting.roundId, posting.policyPointer, versionId, word);
        entry.batchDigest = posting.batchDigest;
        _log(versionId, self, wordBefore, entry, failed != 0);
    }

    // ---------------------------------------------------------------- failure
    /// @dev Orders the freeze of a failing result that has been applied, and lets the current version carry what an older one failed: a new version is no way out.
    /// @param self The memory after the result.
    function _answer(
        ResultEntry calldata entry,
        bytes32 versionId,
        uint256 failed,
        uint256 wordBefore,
        Memory memory self,
        Posting memory posting
    ) private {
        Memory memory before = MemoryLib.unpack(wordBefore);
        DecayLib.decayTo(before, block.timestamp, posting.policy.halfLife);
        FreezeOrder memory order = FreezeOrder({
            modelId: entry.modelId,
            versionId: versionId,
            roundId: posting.roundId,
            severityBps: FreezeLib.severityBps(entry.word, failed, posting.policy),
            wholeStrikes: before.strikes / MemoryLib.STRIKE,
            standardLane: MemoryLib.hasStandardTerms(before),
            policyPointer: posting.policyPointer
        });
        bytes32 currentId = currentVersion[order.modelId];
        uint256 flags = self.flags;
        uint256 contested = flags & MemoryLib.CONTESTED;
        if (currentId != versionId) {
            Memory memory current = MemoryLib.unpack(_memories[currentId]);
            // Once the current version has been measured often enough by itself, an older one answers for nothing any more.
            if (current.rounds >= posting.policy.minRounds) return;
            flags = current.flags;
            _carry(order, currentId, current, _scarAdded(before, self), contested, posting);
        }
        if (contested == 0 && _isLiable(order.modelId, flags, posting.epochStart)) VAULT.freeze(order);
    }

    /// @dev A result only adds to a scar that has faded to now.
    function _scarAdded(Memory memory before, Memory memory self) private pure returns (uint256) {
        unchecked {
            return self.scar - before.scar;
        }
    }

    /// @param self The current version's memory.
    /// @param contested CONTESTED if the failing result froze nothing: then the model's next one freezes, whichever version it is of.
    function _carry(
        FreezeOrder memory order,
        bytes32 currentId,
        Memory memory self,
        uint256 scarAdded,
        uint256 contested,
        Posting memory posting
    ) private {
        uint256 wordBefore = MemoryLib.pack(self);
        CombineLib.carryFailure(self, scarAdded, block.timestamp, posting.policy);
        self.flags |= contested;
        MemoryLib.setAdmitted(self, false);
        LogEntry memory entry = _entry(LogLib.CARRIED, order.roundId, order.policyPointer, order.versionId, scarAdded);
        entry.batchDigest = posting.batchDigest;
        _log(currentId, self, wordBefore, entry, true);
        uint256 wordAfter = _storeMemory(currentId, self);
        emit FailureCarried(order.roundId, order.modelId, currentId, order.versionId, scarAdded, wordAfter);
    }

    // ---------------------------------------------------------------- admission
    /// @inheritdoc IAssay
    function isAdmitted(uint256 modelId) external view returns (bool) {
        Memory memory self = MemoryLib.unpack(_memories[currentVersion[modelId]]);
        (address policyPointer, bool paused) = _standing();
        if (!AdmissionLib.isEntitled(self, paused) || !_isServed(modelId, self)) return false;
        Policy memory policy = DataCode.readPolicy(policyPointer);
        DecayLib.decayTo(self, block.timestamp, policy.halfLife);
        uint256 lastEpochStart = AdmissionLib.epochStart(self.lastRound, GENESIS, EPOCH_LENGTH);
        return AdmissionLib.isProven(self, policy, lastEpochStart, block.timestamp) && _isBacked(modelId, policy);
    }

    /// @dev The policy in force, and whether the guardian's pause is on.
    function _standing() private view returns (address policyPointer, bool paused) {
        (, policyPointer, paused) = BOARD.standing();
    }
}
