// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultEntry, Round } from "../../../contracts/interfaces/IAssay.sol";
import { CommitteeLib } from "../../../contracts/libraries/CommitteeLib.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { ResultLib } from "../../../contracts/libraries/ResultLib.sol";
import { Perfects } from "./Perfects.sol";
import { Version } from "./RecordFold.sol";

/// @title Committees: who open rounds, measure, sign and post, and who relays it late or twice
abstract contract Committees is Perfects {
    uint256 private constant KEPT = 6;
    /// @dev What a committee finds: good, anything, everybody fails (a contested batch, if there are enough), one fails.
    uint256 internal constant ALL_FAIL = 2;
    uint256 private constant MOODS = 4;

    struct Sent {
        bytes call;
        bool posted;
    }

    /// @dev The last batches, in a ring.
    Sent[KEPT] private _sent;
    uint256 private _sentCount;

    // ---------------------------------------------------------------- post
    /// @dev Twice, so that rounds come often.
    function measure(uint256 mood, uint256 seed) external step(NOBODY) {
        if (_measureRound(mood % MOODS, seed, true)) _done();
    }

    function measureWell(uint256 seed) external step(NOBODY) {
        if (_measureRound(0, seed, true)) _done();
    }

    /// @dev Signed, but nobody posts it yet.
    function holdBack(uint256 mood, uint256 seed) external step(NOBODY) {
        if (_measureRound(mood % MOODS, seed, false)) _done();
    }

    /// @dev The round of the next epoch. All of its committees post in one step.
    function _measureRound(uint256 mood, uint256 seed, bool posts) internal returns (bool any) {
        uint256 roundId = _openNextRound();
        if (roundId == 0) return false;
        uint256 shards = assay.shardsOf(roundId);
        for (uint256 shard; shard < shards; ++shard) {
            Batch memory batch = _batchOf(roundId, shard, mood, seed);
            if (batch.results.length == 0) continue;
            _send(batch, seed, posts);
            any = true;
        }
    }

    /// @return roundId 0 if there is nobody to measure.
    function _openNextRound() internal returns (uint256 roundId) {
        _nextEpoch();
        (, , address list) = board.sealSeats();
        if (list == address(0)) return 0;
        roundId = assay.openRound();
        _capture(roundId, keccak256(abi.encode(roundId, block.timestamp)));
        _rounds.push(roundId);
    }

    function _send(Batch memory batch, uint256 seed, bool posts) private {
        Round memory drawn = assay.round(batch.roundId);
        uint256 signers = assay.committeeOf(batch.roundId, batch.shard);
        if (seed % 3 == 0 && !_anyFails(batch)) {
            uint256 members = _count(signers);
            signers = _lowest(signers, CommitteeLib.signersNeeded(members, DataCode.readPolicy(drawn.policyPointer)));
        }
        bytes memory signatures = _signedBy(assay.batchDigest(batch), signers, drawn.seatsPointer);
        _sent[_sentCount++ % KEPT] = Sent({
            call: abi.encodeCall(assay.post, (batch, signers, signatures)),
            posted: posts
        });
        if (posts) _postWatched(batch, signers, signatures);
    }

    // ---------------------------------------------------------------- results
    /// @dev Most versions of the shard, old ones too.
    function _batchOf(
        uint256 roundId,
        uint256 shard,
        uint256 mood,
        uint256 seed
    ) private view returns (Batch memory batch) {
        uint256[] memory chosen = new uint256[](_versions.length);
        uint256 count;
        for (uint256 i; i < chosen.length; ++i) {
            bytes32 versionId = _versions[i].versionId;
            if ((seed >> (8 + 2 * i)) % 4 == 3 || _foldedMemoryOf(versionId).lastRound >= roundId) continue;
            if (assay.shardOf(roundId, versionId) == shard) chosen[count++] = i;
        }
        batch = _emptyBatch(roundId, count);
        batch.shard = shard;
        for (uint256 i; i < count; ++i) {
            Version memory version = _versions[chosen[i]];
            uint256 word = _resultOf(mood, i == seed % count, seed >> (40 + 3 * i));
            batch.results[i] = ResultEntry({ modelId: version.modelId, digest: version.digest, word: word });
        }
    }

    function _resultOf(uint256 mood, bool chosen, uint256 dice) private pure returns (uint256) {
        if (mood == ALL_FAIL || (mood == 3 && chosen)) return _word(dice % 5_000);
        if (mood != 1) return dice % 3 == 0 ? _word(10_000) : _good();
        uint256 side = dice % 8;
        if (side < 4) return _good();
        // Below the floors, above the slash floors.
        if (side == 4) return _word(8_800);
        // Unstable.
        if (side == 5) return ResultLib.pack(_good() & ResultLib.SCORES_MASK, 447, 900, 200, 5, 0x7f);
        if (side == 6) return _wordOf([uint256(9_950), 9_950, 9_950, 9_950, 9_950, 9_950, 7_000], 447);
        return _bad();
    }

    /// @dev More than enough signatures do no harm, so a rough guess is enough.
    function _anyFails(Batch memory batch) private pure returns (bool) {
        for (uint256 i; i < batch.results.length; ++i) {
            if (ResultLib.scoreBps(batch.results[i].word, 6) < 8_500) return true;
        }
        return false;
    }

    // ---------------------------------------------------------------- relay
    /// @dev A batch is accepted once at most: INV-07. One that was held back may have become stale.
    function relay(uint256 which) external step(NOBODY) {
        if (_sentCount == 0) return;
        Sent storage sent = _sent[which % (_sentCount < KEPT ? _sentCount : KEPT)];
        bool accepted = _try(address(assay), sent.call);
        if (accepted && sent.posted) _breach(7, "a batch was accepted twice");
        sent.posted = sent.posted || accepted;
        _done();
    }
}
