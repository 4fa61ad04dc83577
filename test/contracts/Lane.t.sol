// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract LaneTest is AssayFixture {
    uint256 private constant IN_LANE = MemoryLib.EXISTS | MemoryLib.STANDARD;

    function test_SetLane() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        _isLane(modelId, 0);
        uint256 word = assay.memoryOf(versionId) | (MemoryLib.STANDARD << 248);
        _expectAssayEvent();
        emit IAssay.LaneChanged(modelId, versionId, 1, word);
        _setLane(modelId, 1);
        _same(assay.memoryOf(versionId), word, "memory");
        _isLane(modelId, 1);
        _setLane(modelId, 0);
        _isLane(modelId, 0);
        _same(_memory(versionId).flags, MemoryLib.EXISTS | MemoryLib.LEFT, "left");
    }

    function _isLane(uint256 modelId, uint256 lane) private view {
        (address holder, uint8 actual) = assay.ownerAndLane(modelId);
        _same(holder, owner, "owner");
        _same(actual, lane, "lane");
    }

    function test_OwnerAndLane_UnknownModel() public view {
        (address holder, uint8 lane) = assay.ownerAndLane(9);
        _same(holder, address(0), "owner");
        _same(lane, 0, "lane");
    }

    /// @dev Choosing the experimental lane without having been in the other leaves no mark, and neither does choosing a lane twice.
    function test_SetLane_WithoutLeaving() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        _setLane(modelId, 0);
        _same(_memory(versionId).flags, MemoryLib.EXISTS, "nothing was left");
        _setLane(modelId, 1);
        _setLane(modelId, 1);
        _same(_memory(versionId).flags, IN_LANE, "nothing was left");
    }

    function test_RevertWhen_LaneUnknown() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.UnknownLane.selector, 2));
        vm.prank(owner);
        assay.setLane(modelId, 2);
    }

    function test_RevertWhen_SetLaneNotOwner() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(_notModelOwner(modelId, delegator));
        vm.prank(delegator);
        assay.setLane(modelId, 1);
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 7));
        assay.setLane(7, 1);
    }

    // ---------------------------------------------------------------- leaving
    /// @dev Out and in again at once: not admitted before one more result, whatever the record was.
    function test_Leave_NeedsOneMoreResult() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "admitted");
        _setLane(modelId, 0);
        _isTrue(!assay.isAdmitted(modelId), "not outside of the lane");
        _setLane(modelId, 1);
        _same(_memory(versionId).flags & (MemoryLib.STANDARD | MemoryLib.LEFT), 0x18, "in the lane, and has left it");
        _isTrue(!assay.isAdmitted(modelId), "not before another result");
        _measure(modelId, DIGEST, _good());
        _isTrue(!_hasFlag(versionId, MemoryLib.LEFT), "measured since");
        _isTrue(assay.isAdmitted(modelId), "admitted again");
    }

    /// @dev Only leaving counts: neither coming back nor choosing a lane twice puts the next measurement off.
    function test_Leave_IsSettledByTheNextRoundWhateverIsChosenSince() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _setLane(modelId, 0);
        _nextEpoch();
        _setLane(modelId, 0);
        _setLane(modelId, 1);
        _setLane(modelId, 1);
        _post(_batch(_drawRound(), modelId, DIGEST, _good()));
        _isTrue(!_hasFlag(versionId, MemoryLib.LEFT), "measured since");
    }

    /// @dev A new version does not take the mark off.
    function test_Leave_IsInherited() public {
        (uint256 modelId, ) = _standardModel();
        _setLane(modelId, 0);
        bytes32 second = _addVersion(modelId, keccak256("v2"));
        _same(_memory(second).flags, MemoryLib.EXISTS | MemoryLib.LEFT, "flags");
    }

    /// @dev Who leaves the lane before a failing result is posted pays by its terms, and so for the first round after that; who fails once more outside of it,
    /// by those of the experimental lane.
    function test_Leave_IsJudgedByTheTermsOfTheLaneLeft() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _delegate(delegator, modelId, 1_000 * UNIT);
        _nextEpoch();
        uint256 first = _drawRound();
        _setLane(modelId, 0);
        _post(_batch(first, modelId, DIGEST, _bad()));
        _isTrue(_isFrozen(versionId, first), "frozen");
        uint256 delegated = vault.stakeOf(modelId).delegated;
        _isTrue(delegated < 1_000 * UNIT, "delegators share the loss");
        _measure(modelId, DIGEST, _bad());
        _isTrue(vault.stakeOf(modelId).delegated < delegated, "that of the first round after it, too");
        delegated = vault.stakeOf(modelId).delegated;
        // Into another loss epoch.
        vm.warp(block.timestamp + 7 days);
        uint256 third = _measure(modelId, DIGEST, _bad());
        _isTrue(_isFrozen(versionId, third), "frozen once more");
        _same(vault.stakeOf(modelId).delegated, delegated, "delegators are exempt from here on");
    }

    function test_Experimental_DelegatorsAreExempt() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        _bond(modelId, 100 * UNIT);
        _delegate(delegator, modelId, 1_000 * UNIT);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        _isTrue(_isFrozen(versionId, roundId), "frozen");
        _same(vault.stakeOf(modelId).delegated, 1_000 * UNIT, "delegations");
        _same(vault.stakeOf(modelId).bond, 98 * UNIT, "2 % of the bond");
    }

    // ---------------------------------------------------------------- hysteresis
    /// @dev The hysteresis is earned with lane and stake and lost by evidence alone: nothing an owner does moves a bar.
    function test_Hysteresis_IsLostByEvidenceAlone() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _setLane(modelId, 0);
        _measureRounds(modelId, 3, _good());
        _same(_memory(versionId).flags, MemoryLib.EXISTS, "not earned outside of the lane");
        _setLane(modelId, 1);
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).flags, IN_LANE | 3, "earned");
        _setLane(modelId, 0);
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).flags, MemoryLib.EXISTS | 3, "kept, because it is proven");
        _measure(modelId, DIGEST, _bad());
        _same(_memory(versionId).flags, MemoryLib.EXISTS | MemoryLib.LOGGED | 2, "lost by a failure");
    }

    function test_Hysteresis_IsNotEarnedWithoutABond() public {
        (uint256 modelId, bytes32 versionId) = _register(DIGEST);
        _setLane(modelId, 1);
        _bond(modelId, 999 * UNIT);
        _measureRounds(modelId, 3, _good());
        _same(_memory(versionId).flags, IN_LANE, "not earned without the bond");
        _bond(modelId, UNIT);
        _isTrue(assay.isAdmitted(modelId), "admission itself is derived");
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).flags, IN_LANE | 3, "earned");
    }
}
