// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Stage } from "../../../contracts/interfaces/ICourt.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyBounds } from "../../../contracts/libraries/PolicyBounds.sol";
import { CourtFixture } from "../CourtFixture.sol";
import { vm } from "../Vm.sol";

/// @notice The longest window that standards allow, epochs of a day, and everybody waits until the last second of every stage.
contract LongestDisputeTest is CourtFixture {
    function _standards() internal view override returns (Policy memory policy) {
        policy = _policy();
        policy.freezeWindow = uint32(PolicyBounds.FREEZE_WINDOW_MAX);
    }

    /// @dev Whoever leaves after the hold finds it decided, and the log that corrects the memory is still kept.
    function test_NoDisputeOutlastsTheHoldOrTheLog() external {
        _fail();
        vm.warp(frozen.releasableAt - 1);
        uint256 disputeId = _appeal();
        vm.warp(court.dispute(disputeId).deadline - 1);
        _draw(disputeId);
        _reevaluate(disputeId, _good());
        uint256 ruledBy = court.dispute(disputeId).deadline - 1 + 7 * EPOCH;
        _isTrue(ruledBy <= vault.stakeOf(modelId).heldUntil, "stake is held until it is decided");
        (, uint256 until, ) = assay.logOf(versionId);
        _isTrue(ruledBy + 10 days <= until, "and there are days left to correct the memory");
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        _same(uint256(court.dispute(disputeId).stage), uint256(Stage.Executed), "over");
        _isTrue(!assay.isLog(versionId, log), "the log was corrected");
    }
}
