// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionState, Explanation } from "../../contracts/interfaces/IAssayLens.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionReason } from "../../contracts/libraries/AdmissionReason.sol";
import { LensFixture } from "./LensFixture.sol";
import { vm } from "./Vm.sol";

contract SimulateTest is LensFixture {
    address private guardian = address(0x6A);

    /// @dev Announced is not in force: simulate says what it will do to a model, everything else what is.
    function test_Simulate_AnnouncedPolicy() public {
        _admit();
        uint256 announced = board.announcePolicy(_tighter());
        _same(lens.simulate(modelId, announced).reasons, AdmissionReason.TOO_FEW_ROUNDS, "what it will do");
        _same(lens.explain(modelId).reasons, 0, "what is");
        _isTrue(lens.isAdmitted(modelId), "admitted");
        _same(
            keccak256(abi.encode(lens.simulate(modelId, board.currentPolicyId()))),
            keccak256(abi.encode(lens.explain(modelId))),
            "the policy in force"
        );
    }

    /// @dev A past policy judges what is now.
    function test_Simulate_PastPolicy() public {
        uint256 past = board.currentPolicyId();
        _setPolicy(_tighter());
        _admit();
        _same(lens.explain(modelId).reasons, AdmissionReason.TOO_FEW_ROUNDS, "in force");
        _isTrue(lens.simulate(modelId, past).admitted, "past");
    }

    /// @dev A moment is judged by the policy that will be in force then, as far as announced; simulateAt by the one that is named.
    function test_ExplainAt_FollowsAnnouncements() public {
        uint256 before = board.currentPolicyId();
        board.announcePolicy(_forgiving());
        (, uint256 inForceFrom) = board.pendingPolicy();
        while (block.timestamp + EPOCH < inForceFrom) _measure(modelId, DIGEST, _bad());
        // The looser one forgives everything but the clean rounds that are owed.
        _isTrue(lens.explainAt(modelId, inForceFrom - 1).reasons & AdmissionReason.ANY_FAMILY != 0, "before");
        _same(lens.explainAt(modelId, inForceFrom).reasons & AdmissionReason.ANY_FAMILY, 0, "after");
        Explanation memory kept = lens.simulateAt(modelId, before, inForceFrom);
        _isTrue(kept.reasons & AdmissionReason.ANY_FAMILY != 0, "the one that is named");
    }

    /// @dev What it will be in a fortnight if nobody measures it.
    function test_ExplainAt_Later() public {
        _admit();
        uint256 massNow = lens.explain(modelId).mass;
        Explanation memory later = lens.explainAt(modelId, block.timestamp + 28 days);
        // Half of it after a half-life, by whole ticks.
        _isTrue(later.mass >= massNow / 2 && later.mass < (massNow * 52) / 100, "evidence fades");
        _isTrue(later.reasons & AdmissionReason.RESULT_TOO_OLD != 0, "and gets old");
        _state(later.state, AdmissionState.Stale);
        vm.warp(block.timestamp + 28 days);
        _same(keccak256(abi.encode(lens.explain(modelId))), keccak256(abi.encode(later)), "as foretold");
    }

    /// @dev The pause lets nobody in, and throws nobody out; after its end it is as if it had not been.
    function test_ExplainAt_Pause() public {
        board.setGuardian(guardian);
        vm.prank(guardian);
        vm.warp(block.timestamp + 1);
        board.pause();
        uint256 pausedUntil = board.pausedUntil();
        _admit();
        Explanation memory explanation = lens.explain(modelId);
        _same(explanation.reasons, AdmissionReason.PAUSED, "paused");
        _isTrue(!assay.isAdmitted(modelId), "not admitted");
        _same(lens.explainAt(modelId, pausedUntil - 1).reasons, AdmissionReason.PAUSED, "until the end");
        _same(lens.explainAt(modelId, pausedUntil).reasons, 0, "no longer");
        _same(lens.explainAt(modelId, pausedUntil - 7 days).reasons, AdmissionReason.PAUSED, "from the beginning");
        _same(lens.explainAt(modelId, pausedUntil - 7 days - 1).reasons, 0, "not before");
        vm.warp(pausedUntil);
        _isTrue(lens.isAdmitted(modelId), "admitted");
    }

    function test_Pause_ThrowsNobodyOut() public {
        _admit();
        board.setGuardian(guardian);
        vm.prank(guardian);
        board.pause();
        _isTrue(lens.isAdmitted(modelId) && lens.explain(modelId).admitted, "stays");
    }

    /// @dev A retired model is admitted while it is served, and not a second longer.
    function test_ExplainAt_Retired() public {
        _admit();
        uint256 servedUntil = block.timestamp + 5 days;
        _retireAt(modelId, servedUntil);
        Explanation memory explanation = lens.explain(modelId);
        _isTrue(explanation.admitted, "served");
        _same(explanation.validUntil, servedUntil - 1, "validUntil");
        _isTrue(lens.explainAt(modelId, servedUntil - 1).admitted, "until");
        _state(lens.explainAt(modelId, servedUntil).state, AdmissionState.Retired);
        vm.warp(servedUntil);
        _isTrue(!lens.isAdmitted(modelId), "no longer");
        _same(lens.explain(modelId).reasons, AdmissionReason.RETIRED, "reason");
    }

    function test_RevertWhen_UnknownPolicy() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 9, 1));
        lens.simulate(modelId, 9);
    }

    function test_RevertWhen_BeforeTheFirstPolicy() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.NoPolicyAt.selector, 1));
        lens.explainAt(modelId, 1);
    }

    /// @dev Floors that anybody passes.
    function _forgiving() private pure returns (Policy memory policy) {
        policy = _policy();
        for (uint256 family; family < 7; ++family) {
            if (policy.floorsBps[family] == 0) continue;
            policy.floorsBps[family] = 1;
            policy.slashFloorsBps[family] = 0;
        }
        policy.scarK = 65_535;
    }
}
