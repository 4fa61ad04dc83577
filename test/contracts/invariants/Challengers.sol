// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    Answer,
    EvidenceLeaf,
    EvidencePath,
    IInspector,
    Report,
    Request
} from "../../../contracts/interfaces/IInspector.sol";
import { EvidenceLib } from "../../../contracts/libraries/EvidenceLib.sol";
import { vm } from "../Vm.sol";
import { Liars } from "./Liars.sol";
import { Version } from "./RecordFold.sol";

/// @title Challengers: who ask for evidence, and evaluators that show it or stay silent
/// @dev Each report has evidence of one item with two records.
abstract contract Challengers is Liars {
    uint256 private constant CHALLENGE_EPOCHS = 4;
    uint256 private constant OPEN_MAX = 8;
    bytes private constant RECORD = "{}";

    struct Asked {
        Report report;
        Request request;
    }

    Asked[] private _asked;

    // ---------------------------------------------------------------- ask
    /// @dev For a record that there is, one that there is not, or an item that there is not.
    function challenge(uint256 who, uint256 which, uint256 index) external step(NOBODY) {
        if (_rounds.length == 0) return;
        uint256 roundId = _rounds[_rounds.length - 1];
        if (block.timestamp >= assay.closesAt(roundId) + CHALLENGE_EPOCHS * EPOCH) return;
        Report memory report = _reportWithEvidence(roundId, _version(which));
        Request memory request = Request({ leafIndex: index % 2, recordIndex: (index >> 8) % 4 });
        IInspector inspector = _inspector();
        bytes32 digest = inspector.reportDigest(report);
        bool asked = inspector.challengeOf(digest, request).challenger != address(0);
        if (asked || inspector.openChallenges(digest) == OPEN_MAX) return;
        bytes memory signature = _signed(report);
        vm.prank(_delegator(who));
        inspector.challenge(report, signature, request);
        _asked.push(Asked({ report: report, request: request }));
        _done();
    }

    function _leaf() private pure returns (EvidenceLeaf memory) {
        return
            EvidenceLeaf({
                itemHash: sha256(abi.encodePacked(_recordHashes())),
                sums: 10_000 | (uint256(10_000) << 192) | (uint256(1) << 224),
                counts: 1 | (uint256(2) << 192) | (uint256(1) << 224)
            });
    }

    function _recordHashes() private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](2);
        (hashes[0], hashes[1]) = (sha256(RECORD), sha256(RECORD));
    }

    function _reportWithEvidence(uint256 roundId, Version memory version) private view returns (Report memory report) {
        (address signer, ) = _memberOf(roundId, version.versionId);
        EvidenceLeaf memory leaf = _leaf();
        report = _report(roundId, version, signer, EvidenceLib.wordOf(leaf.sums, leaf.counts));
        report.evidenceRoot = EvidenceLib.leafHash(0, leaf);
    }

    // ---------------------------------------------------------------- answer, or not
    /// @dev The first open challenge from `which` on: the evidence is shown in time, or the challenge is upheld.
    function settleChallenge(uint256 which, uint256 chance) external step(NOBODY) {
        IInspector inspector = _inspector();
        for (uint256 i; i < _asked.length; ++i) {
            Asked memory asked = _asked[((which % 64) + i) % _asked.length];
            bytes32 digest = inspector.reportDigest(asked.report);
            uint256 answerBy = inspector.challengeOf(digest, asked.request).answerBy;
            if (answerBy == 0) continue;
            _settleChallenge(inspector, asked, answerBy, chance % 2 == 0);
            _done();
            return;
        }
    }

    function _settleChallenge(IInspector inspector, Asked memory asked, uint256 answerBy, bool answers) private {
        if (answers && block.timestamp < answerBy) {
            inspector.answer(asked.report, asked.request, _answerTo(asked.request));
            ++done["answ"];
            return;
        }
        if (block.timestamp < answerBy) vm.warp(answerBy);
        inspector.uphold(asked.report, asked.request);
        ++done["upho"];
    }

    /// @dev The only leaf is also the last: it shows that there is no other.
    function _answerTo(Request memory request) private pure returns (Answer memory answered) {
        EvidencePath memory path;
        answered.path = path;
        answered.leaf = _leaf();
        if (request.leafIndex != 0) return answered;
        answered.recordHashes = _recordHashes();
        if (request.recordIndex < 2) answered.record = RECORD;
    }
}
