// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { Commitment, Fault, IInspector, Report } from "../../contracts/interfaces/IInspector.sol";
import { ReportLib } from "../../contracts/libraries/ReportLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Inspector.proveTwoReports, proveTwoCommitments, proveBrokenCommitment.
contract EquivocationTest is CourtFixture {
    Report private first;
    Report private second;

    function setUp() public override {
        super.setUp();
        roundId = _drawRound();
        first = _reports(roundId, _good())[0];
        second = first;
        second.word = _bad();
    }

    function _commitmentTo(Report memory report) private view returns (Commitment memory) {
        return
            Commitment({
                roundId: report.roundId,
                modelId: report.modelId,
                digest: report.digest,
                evaluator: report.evaluator,
                reportDigest: inspector.reportDigest(report)
            });
    }

    function _signed(Commitment memory commitment) private view returns (bytes memory) {
        return _compact(_keyOf(commitment.evaluator), inspector.commitmentDigest(commitment));
    }

    function _proveReports() private {
        inspector.proveTwoReports(first, _signed(first), second, _signed(second));
    }

    function test_TwoReportsCostTheWholeBond() external {
        uint256 seatId = board.seatOfSigner(first.evaluator) - 1;
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.EvaluatorSlashed(seatId, versionId, roundId, Fault.Equivocation, 10_000, SEAT_BOND);
        _proveReports();
        _same(_bondOf(first.evaluator), 0, "bond");
    }

    function test_TwoCommitmentsCostTheWholeBond() external {
        Commitment memory one = _commitmentTo(first);
        Commitment memory two = _commitmentTo(second);
        inspector.proveTwoCommitments(one, _signed(one), two, _signed(two));
        _same(_bondOf(first.evaluator), 0, "bond");
    }

    function test_AReportThatIsNotTheOneCommittedToCostsTheWholeBond() external {
        Commitment memory one = _commitmentTo(first);
        inspector.proveBrokenCommitment(one, _signed(one), second, _signed(second));
        _same(_bondOf(first.evaluator), 0, "bond");
    }

    /// @dev The key that signed belongs to the seat for ever.
    function test_ARotatedKeyIsStillTheSeats() external {
        uint256 seatId = board.seatOfSigner(first.evaluator) - 1;
        board.rotateSigner(seatId, vm.addr(KEY + 100), _proof(KEY + 100, seatId));
        _proveReports();
        _same(vault.seatBondOf(seatId).assets, 0, "bond");
    }

    function test_RevertWhen_ItIsProvenAgain() external {
        _proveReports();
        uint256 seatId = board.seatOfSigner(first.evaluator) - 1;
        vault.bondSeat(seatId, SEAT_BOND);
        Commitment memory one = _commitmentTo(first);
        bytes memory signature = _signed(one);
        bytes memory reportSignature = _signed(second);
        _expect(abi.encodeWithSelector(IInspector.AlreadySlashed.selector, seatId, Fault.Equivocation));
        inspector.proveBrokenCommitment(one, signature, second, reportSignature);
    }

    function test_RevertWhen_TheReportIsTheOneCommittedTo() external {
        Commitment memory one = _commitmentTo(first);
        (bytes memory signature, bytes memory reportSignature) = (_signed(one), _signed(first));
        _expect(abi.encodeWithSelector(IInspector.NoContradiction.selector, one.reportDigest));
        inspector.proveBrokenCommitment(one, signature, first, reportSignature);
    }

    function test_RevertWhen_TheyAreAboutDifferentVersions() external {
        second.digest = NEXT_DIGEST;
        (bytes memory one, bytes memory two) = (_signed(first), _signed(second));
        _expect(abi.encodeWithSelector(IInspector.DifferentSubjects.selector, _subject(first), _subject(second)));
        inspector.proveTwoReports(first, one, second, two);
    }

    function test_RevertWhen_TheyAreByDifferentEvaluators() external {
        second.evaluator = _reports(roundId, _good())[1].evaluator;
        (bytes memory one, bytes memory two) = (_signed(first), _signed(second));
        _expect(abi.encodeWithSelector(IInspector.DifferentSubjects.selector, _subject(first), _subject(second)));
        inspector.proveTwoReports(first, one, second, two);
    }

    function _subject(Report memory report) private pure returns (bytes32) {
        return keccak256(abi.encode(report.roundId, report.modelId, report.digest, report.evaluator));
    }

    function test_RevertWhen_TheSignatureIsNotTheEvaluators() external {
        bytes memory one = _signed(first);
        bytes32 digest = inspector.reportDigest(second);
        _expect(abi.encodeWithSelector(IInspector.WrongSignature.selector, vm.addr(KEY + 200), second.evaluator));
        inspector.proveTwoReports(first, one, second, _compact(KEY + 200, digest));
    }

    /// @dev Whatever stands in it: a commitment that its evaluator did not sign is nobody's.
    function test_RevertWhen_ACommitmentIsSignedByAnother() external {
        Commitment memory one = _commitmentTo(first);
        Commitment memory two = _commitmentTo(second);
        (bytes memory signedOne, bytes memory signedTwo) = (_signed(one), _signed(two));
        bytes memory forgedOne = _compact(KEY + 200, inspector.commitmentDigest(one));
        bytes memory forgedTwo = _compact(KEY + 200, inspector.commitmentDigest(two));
        bytes memory signedReport = _signed(second);
        bytes memory reason = abi.encodeWithSelector(
            IInspector.WrongSignature.selector,
            vm.addr(KEY + 200),
            first.evaluator
        );
        _expect(reason);
        inspector.proveTwoCommitments(one, forgedOne, two, signedTwo);
        _expect(reason);
        inspector.proveTwoCommitments(one, signedOne, two, forgedTwo);
        _expect(reason);
        inspector.proveBrokenCommitment(one, forgedOne, second, signedReport);
    }

    function test_ACommitmentIsSignedAsTypedData() external view {
        Commitment memory one = _commitmentTo(first);
        bytes32 digest = keccak256(bytes.concat(hex"1901", assay.domainSeparator(), ReportLib.structHash(one)));
        _same(inspector.commitmentDigest(one), digest, "digest");
    }

    function test_RevertWhen_TheSignatureIsTooShortOrTooLong() external {
        (bytes memory one, bytes memory two) = (_signed(first), _signed(second));
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 63, 64));
        inspector.proveTwoReports(first, one, second, new bytes(63));
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 65, 64));
        inspector.proveTwoReports(first, one, second, bytes.concat(two, hex"00"));
    }

    /// @dev Whoever is not in the committee has said nothing that counts: a key that was rotated out can do its seat no harm.
    function test_RevertWhen_TheEvaluatorWasNotInTheCommittee() external {
        uint256 outsider = _lowest(~_committee(roundId));
        (first.evaluator, second.evaluator) = (vm.addr(KEY + outsider), vm.addr(KEY + outsider));
        (bytes memory one, bytes memory two) = (_signed(first), _signed(second));
        _expect(abi.encodeWithSelector(IInspector.NotInCommittee.selector, first.evaluator, roundId, versionId));
        inspector.proveTwoReports(first, one, second, two);
    }

    function test_RevertWhen_ItIsTooLongAgo() external {
        uint256 until = assay.closesAt(roundId) + 21 days;
        (bytes memory one, bytes memory two) = (_signed(first), _signed(second));
        for (uint256 late; late < 2; ++late) {
            vm.warp(until + late);
            _expect(_reason(IInspector.ProofTooLate.selector, until, until + late));
            inspector.proveTwoReports(first, one, second, two);
        }
    }

    /// @dev A seat that leaves at once can be slashed for as long as it can be proven guilty.
    function test_NoBondLeavesBeforeTheProofIsTooLate() external {
        uint256 seatId = board.seatOfSigner(first.evaluator) - 1;
        board.leaveSeat(seatId);
        vault.requestSeatUnbond(seatId, SEAT_BOND);
        _isTrue(vault.seatBondOf(seatId).unlocksAt >= assay.closesAt(roundId) + 21 days, "still there");
        vm.warp(assay.closesAt(roundId) + 21 days - 1);
        _proveReports();
        _same(vault.seatBondOf(seatId).assets, 0, "bond");
    }
}
