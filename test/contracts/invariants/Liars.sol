// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultEntry, ResultLog, Round } from "../../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { IInspector, MedianProof, Report } from "../../../contracts/interfaces/IInspector.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { ReportLib } from "../../../contracts/libraries/ReportLib.sol";
import { Committees } from "./Committees.sol";
import { Disputants } from "./Disputants.sol";
import { Version } from "./RecordFold.sol";

/// @title Liars: evaluators that contradict themselves or post what they did not measure, and whoever proves it
abstract contract Liars is Committees, Disputants {
    uint256 private constant PROOF_TIME = 21 days;

    /// @dev abi.encode(MedianProof) of each batch that is a lie.
    bytes[] private _lies;
    mapping(bytes32 subject => bool) private _punished;

    function _inspector() internal view returns (IInspector) {
        return IInspector(court.inspector());
    }

    function _isProvable(uint256 roundId) private view returns (bool) {
        return block.timestamp < assay.closesAt(roundId) + PROOF_TIME;
    }

    // ---------------------------------------------------------------- two reports
    /// @dev A member of the last round's committee signs two reports about one version.
    function contradict(uint256 which, uint256 chance) external step(NOBODY) {
        if (_rounds.length == 0 || chance % 2 == 0) return;
        uint256 roundId = _rounds[_rounds.length - 1];
        Version memory version = _version(which);
        (address signer, ) = _memberOf(roundId, version.versionId);
        bytes32 subject = keccak256(abi.encode(roundId, version.versionId, signer));
        if (_punished[subject] || !_isProvable(roundId)) return;
        _punished[subject] = true;
        Report memory first = _report(roundId, version, signer, _good());
        Report memory second = _report(roundId, version, signer, _bad());
        _inspector().proveTwoReports(first, _signed(first), second, _signed(second));
        _done();
    }

    function _memberOf(uint256 roundId, bytes32 versionId) internal view returns (address signer, uint256 committee) {
        committee = assay.committeeOf(roundId, assay.shardOf(roundId, versionId));
        signer = DataCode.addressAt(DataCode.read(assay.round(roundId).seatsPointer), _lowestSeat(committee));
    }

    function _report(
        uint256 roundId,
        Version memory version,
        address signer,
        uint256 word
    ) internal pure returns (Report memory) {
        return
            Report({
                roundId: roundId,
                modelId: version.modelId,
                digest: version.digest,
                evaluator: signer,
                word: word,
                evidenceRoot: "root",
                evidenceHash: "blob",
                link: LINK
            });
    }

    function _signed(Report memory report) internal view returns (bytes memory) {
        return _compact(_keyOf[report.evaluator], _inspector().reportDigest(report));
    }

    // ---------------------------------------------------------------- a wrong median
    /// @dev A whole committee posts a good word over bad reports, or a bad one over good reports.
    function lie(uint256 which, uint256 chance) external step(NOBODY) {
        uint256 roundId = _openNextRound();
        if (roundId == 0) return;
        MedianProof memory proof = _lieAbout(roundId, _version(which), chance % 2 == 0);
        assay.post(proof.batch, proof.signers, proof.signatures);
        _lies.push(abi.encode(proof));
        _done();
    }

    function _lieAbout(
        uint256 roundId,
        Version memory version,
        bool flatters
    ) private view returns (MedianProof memory proof) {
        Round memory drawn = assay.round(roundId);
        (, proof.signers) = _memberOf(roundId, version.versionId);
        proof.reports = _reportsOf(roundId, version, proof.signers, flatters ? _bad() : _good());
        proof.batch = _batch(roundId, version.modelId, version.digest, flatters ? _good() : _bad());
        proof.batch.shard = assay.shardOf(roundId, version.versionId);
        proof.batch.reportsRoot = _rootOf(version.versionId, proof.reports);
        proof.signatures = _signedBy(assay.batchDigest(proof.batch), proof.signers, drawn.seatsPointer);
    }

    function _reportsOf(
        uint256 roundId,
        Version memory version,
        uint256 committee,
        uint256 word
    ) private view returns (Report[] memory reports) {
        bytes memory list = DataCode.read(assay.round(roundId).seatsPointer);
        reports = new Report[](_count(committee));
        for (uint256 i; i < reports.length; ++i) {
            reports[i] = _report(roundId, version, DataCode.addressAt(list, _lowestSeat(committee)), word);
            committee &= committee - 1;
        }
    }

    function _rootOf(bytes32 versionId, Report[] memory reports) private view returns (bytes32) {
        bytes32[] memory digests = new bytes32[](reports.length);
        for (uint256 i; i < reports.length; ++i) digests[i] = _inspector().reportDigest(reports[i]);
        return ReportLib.leafOf(versionId, digests);
    }

    /// @dev Once or again: who was slashed for it is not slashed twice.
    function prove(uint256 which) external step(NOBODY) {
        if (_lies.length == 0) return;
        MedianProof memory proof = abi.decode(_lies[which % _lies.length], (MedianProof));
        uint256 roundId = proof.batch.roundId;
        if (!_isProvable(roundId)) return;
        ResultEntry memory entry = proof.batch.results[0];
        bytes32 versionId = assay.versionIdOf(entry.modelId, entry.digest);
        ResultLog memory log = fold.told(versionId);
        FreezeRecord memory frozen = _freezeOf(versionId, roundId);
        _inspector().proveWrongMedian(proof, log, frozen);
        _done();
    }
}
