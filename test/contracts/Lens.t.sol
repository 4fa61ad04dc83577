// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { AdmissionState, Explanation, IAssayLens } from "../../contracts/interfaces/IAssayLens.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionReason } from "../../contracts/libraries/AdmissionReason.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract LensTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
    }

    function test_Explain_Newcomer() public view {
        Explanation memory explanation = lens.explain(modelId);
        _state(explanation.state, AdmissionState.Eligible);
        _isTrue(!explanation.admitted, "admitted");
        uint256 record = AdmissionReason.TOO_FEW_ROUNDS | AdmissionReason.TOO_LITTLE_EVIDENCE;
        // E and L are not gated.
        uint256 families = AdmissionReason.ANY_FAMILY & ~uint256(0x30 << AdmissionReason.FIRST_FAMILY_BIT);
        _same(explanation.reasons, record | families, "reasons");
        _same(explanation.updatedAt, 0, "no result yet");
        _same(explanation.validUntil, 0, "no admission to lapse");
        _same(explanation.activeStake, 2_000 * UNIT, "stake");
        _same(explanation.weight, 0, "weight");
    }

    function test_Explain_Admitted() public {
        _measureRounds(modelId, 3, _good());
        Explanation memory explanation = lens.explain(modelId);
        _state(explanation.state, AdmissionState.Admitted);
        _isTrue(explanation.admitted, "admitted");
        _same(explanation.reasons, 0, "reasons");
        uint256 epochStart = assay.genesis() + (assay.currentRoundId() - 1) * EPOCH;
        _same(explanation.updatedAt, epochStart, "updatedAt");
        _same(explanation.validUntil, epochStart + 14 days, "validUntil");
        _isTrue(explanation.qualityBps > 9_000 && explanation.weight > 0, "quality and weight");
        _isTrue(lens.isAdmitted(modelId), "isAdmitted");
        lens.requireAdmitted(modelId, 1 days);

        (AdmissionState state, uint256 reasons, uint256 quality, uint256 updatedAt, uint256 validUntil) = lens
            .admission(modelId);
        _state(state, AdmissionState.Admitted);
        _same(reasons, 0, "reasons");
        _same(quality, explanation.qualityBps, "quality");
        _same(updatedAt, epochStart, "updatedAt");
        _same(validUntil, epochStart + 14 days, "validUntil");
    }

    /// @dev Nobody can forget staleness: at `validUntil` it is still admitted, a second later no more.
    function test_Explain_LapsesAtValidUntil() public {
        _measureRounds(modelId, 8, _good());
        uint256 validUntil = lens.explain(modelId).validUntil;
        _isTrue(lens.explainAt(modelId, validUntil).admitted, "until");
        _state(lens.explainAt(modelId, validUntil + 1).state, AdmissionState.Stale);
        vm.warp(validUntil + 1);
        _isTrue(!lens.isAdmitted(modelId), "lapsed");
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, AdmissionReason.RESULT_TOO_OLD));
        lens.requireAdmitted(modelId, 30 days);
    }

    function test_RevertWhen_ResultTooOld() public {
        _measureRounds(modelId, 3, _good());
        uint256 updatedAt = lens.explain(modelId).updatedAt;
        vm.warp(updatedAt + 1 days);
        lens.requireAdmitted(modelId, 1 days);
        vm.warp(updatedAt + 1 days + 1);
        _expect(abi.encodeWithSelector(IAssayLens.ResultTooOld.selector, modelId, updatedAt, 1 days));
        lens.requireAdmitted(modelId, 1 days);
    }

    function test_RevertWhen_NotAdmitted() public {
        uint256 reasons = lens.explain(modelId).reasons;
        _expect(abi.encodeWithSelector(IAssayLens.NotAdmitted.selector, modelId, reasons));
        lens.requireAdmitted(modelId, 1 days);
    }

    function test_Explain_UnknownModel() public view {
        Explanation memory explanation = lens.explain(99);
        _state(explanation.state, AdmissionState.Unbonded);
        _isTrue(explanation.reasons & AdmissionReason.NO_VERSION != 0, "no version");
        _isTrue(!lens.isAdmitted(99), "not admitted");
    }

    function test_RevertWhen_NoSuchPolicy() public {
        address stranger = address(0xC0DE);
        _expect(abi.encodeWithSelector(DataCode.NotPolicyCode.selector, stranger, 0));
        assay.isAdmittedUnder(modelId, stranger);
    }

    // ---------------------------------------------------------------- weights
    function test_Weights() public {
        _measureRounds(modelId, 3, _good());
        (uint256 other, ) = _register(keccak256("other"));
        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (modelId, other, 99);
        uint256[] memory weights = lens.weights(ids);
        _same(weights[0], lens.explain(modelId).weight, "admitted");
        _same(weights[1] + weights[2], 0, "others");
    }

    /// @dev Twice a large stake buys far less than twice the weight, and no stake more than 1e8.
    function test_Weights_Saturate() public {
        _measureRounds(modelId, 3, _good());
        _bond(modelId, 998_000 * UNIT);
        uint256 once = lens.explain(modelId).weight;
        _bond(modelId, 1_000_000 * UNIT);
        uint256 twice = lens.explain(modelId).weight;
        _isTrue(twice > once && twice * 10 < once * 11, "saturates");
        _isTrue(twice < 1e8, "bound");
    }

    function test_RevertWhen_TooManyModels() public {
        _expect(abi.encodeWithSelector(IAssayLens.TooManyModels.selector, 257, 256));
        lens.weights(new uint256[](257));
        _same(lens.weights(new uint256[](256)).length, 256, "bound");
    }

    // ---------------------------------------------------------------- stake conditions
    function test_Explain_StakeReasons() public {
        _measureRounds(modelId, 3, _good());
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1_001 * UNIT);
        _same(lens.explain(modelId).reasons, AdmissionReason.BOND_TOO_SMALL, "bond");
        _bond(modelId, UNIT);
        _same(lens.explain(modelId).reasons, 0, "enough again");
        _delegate(delegator, modelId, 9_001 * UNIT);
        _same(lens.explain(modelId).reasons, AdmissionReason.BOND_SHARE_TOO_SMALL, "share");
        vm.prank(delegator);
        assay.requestUnbond(modelId, UNIT * StakeLib.VIRTUAL_SHARES);
        _isTrue(lens.isAdmitted(modelId), "what is unbonding does not count");
        vm.prank(owner);
        assay.setLane(modelId, 0);
        _same(lens.explain(modelId).reasons, AdmissionReason.NOT_STANDARD_LANE, "lane");
        _state(lens.explain(modelId).state, AdmissionState.Experimental);
    }

    /// @dev The short answer and the long one are the same answer, for any record and stake.
    function testFuzz_IsAdmitted_AgreesWithExplain(uint256 seed) public {
        for (uint256 i; i < 4; ++i) {
            uint256[7] memory scores;
            for (uint256 family; family < 7; ++family) {
                scores[family] = 8_500 + (uint256(keccak256(abi.encode(seed, i, family))) % 1_501);
            }
            _measure(modelId, DIGEST, _wordOf(scores, 100 + (seed % 500)));
            _bond(modelId, 1 + (seed % (900 * UNIT)));
            _delegate(delegator, modelId, 1 + ((seed >> 96) % (9_000 * UNIT)));
            _same(lens.isAdmitted(modelId) ? 1 : 0, lens.explain(modelId).admitted ? 1 : 0, "isAdmitted and explain");
        }
    }

    /// @dev Everything is judged by the policy in force, not by the one of the last round.
    function test_IsAdmitted_UnderThePolicyInForce() public {
        _measureRounds(modelId, 3, _good());
        address before = board.policyPointer(1);
        Policy memory next = _policy();
        next.minRounds = 4;
        _setPolicy(next);
        _isTrue(!lens.isAdmitted(modelId), "tighter");
        _isTrue(assay.isAdmittedUnder(modelId, before), "under the old one");
        _same(lens.explain(modelId).reasons, AdmissionReason.TOO_FEW_ROUNDS, "reason");
    }

    function _state(AdmissionState left, AdmissionState right) private pure {
        _same(uint256(left), uint256(right), "state");
    }
}
