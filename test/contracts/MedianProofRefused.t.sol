// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay } from "../../contracts/interfaces/IAssay.sol";
import { IInspector, MedianProof, Report } from "../../contracts/interfaces/IInspector.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { MedianLib } from "../../contracts/libraries/MedianLib.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { MedianProofFixture } from "./MedianProofFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Inspector.proveWrongMedian: what is no proof.
contract MedianProofRefusedTest is MedianProofFixture {
    function test_RevertWhen_TheMedianIsRight() external {
        uint256 word = _median(_good());
        MedianProof memory proof = _proof(_measure(word, _good()), _good());
        _expect(abi.encodeWithSelector(IInspector.MedianIsRight.selector, word));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TheReportsAreNotUnderTheRoot() external {
        Batch memory batch = _measure(_good(), _good());
        MedianProof memory proof = _proof(batch, _bad());
        bytes32 shown = _reportsRoot(proof.reports);
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, batch.reportsRoot));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ThereIsNoSuchEntry() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        for (proof.entry = 1; proof.entry <= 2; ++proof.entry) {
            _expect(_reason(IInspector.NoSuchEntry.selector, proof.entry, 1));
            inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        }
    }

    function test_RevertWhen_ThereAreMoreReportsThanMembers() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        proof.reports = new Report[](16);
        _expect(_reason(IInspector.TooManyReports.selector, 16, 15));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    /// @dev As many as the largest committee has members.
    function test_FifteenReportsAreOpened() external {
        roundId = _drawRound();
        Report[] memory reports = new Report[](15);
        for (uint256 i; i < 15; ++i) reports[i] = _report(roundId, i, _bad());
        Batch memory batch = _batch(roundId, _good(), reports);
        _post(batch);
        MedianProof memory proof = _proof(batch, _bad());
        proof.reports = reports;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
    }

    function test_RevertWhen_ThereAreNoReports() external {
        roundId = _drawRound();
        Report[] memory none = new Report[](0);
        Batch memory batch = _batch(roundId, _good(), none);
        MedianProof memory proof = _proof(batch, _bad());
        proof.reports = none;
        _expect(abi.encodeWithSelector(MedianLib.NoReports.selector));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TooFewSigned() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        proof.signers = _first(proof.signers, 3);
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        _expect(_reason(IInspector.TooFewSigners.selector, 3, 4));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ASignerIsNotInTheCommittee() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        uint256 outsider = _lowest(~proof.signers);
        proof.signers |= 1 << outsider;
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, outsider));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ASignatureIsOfSomethingElse() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        uint256 seat = _lowest(proof.signers);
        bytes memory rest = _signatures(assay.batchDigest(batch), proof.signers & (proof.signers - 1));
        proof.signatures = bytes.concat(_compact(KEY + 200, assay.batchDigest(batch)), rest);
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, vm.addr(KEY + 200), vm.addr(KEY + seat)));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ItIsTooLongAgo() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        uint256 until = assay.closesAt(roundId) + 21 days;
        vm.warp(until);
        _expect(_reason(IInspector.ProofTooLate.selector, until, until));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }
}

/// @notice Two committees a round: only the one that a version belongs to can have put it into a batch.
contract MedianProofShardsTest is CourtFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        policy.shards = 2;
    }

    /// @dev A round in which the version belongs to the shard; every other one, so that twenty rounds are plenty.
    function _drawFor(uint256 shard) private {
        for (uint256 i; i < 20; ++i) {
            roundId = _drawRound();
            if (assay.shardOf(roundId, versionId) == shard) return;
        }
        revert("no such round");
    }

    /// @dev Signed by the version's own committee, in a batch of another shard.
    function _refusedInBatchOf(uint256 shard) private {
        uint256 own = 1 - shard;
        _drawFor(own);
        Report[] memory reports = _reports(roundId, _bad());
        MedianProof memory proof;
        proof.batch = _batch(roundId, _good(), reports);
        proof.batch.shard = shard;
        proof.reports = reports;
        proof.signers = assay.committeeOf(roundId, own);
        proof.signatures = _signatures(assay.batchDigest(proof.batch), proof.signers);
        _expect(abi.encodeWithSelector(IAssay.WrongShard.selector, versionId, shard, own));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TheBatchIsOfALowerShard() external {
        _refusedInBatchOf(0);
    }

    function test_RevertWhen_TheBatchIsOfAHigherShard() external {
        _refusedInBatchOf(1);
    }
}
