// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Freeze, IAssay, ModelStake } from "../../contracts/interfaces/IAssay.sol";
import { AdmissionState } from "../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { FreezeAmounts, FreezeLib } from "../../contracts/libraries/FreezeLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract FreezeTest is AssayFixture {
    address private constant BURNT = 0x000000000000000000000000000000000000dEaD;

    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        _delegate(delegator, modelId, 4_000 * UNIT);
    }

    function test_Freeze() public {
        ModelStake memory before = _stake(modelId);
        uint256 memoryBefore = assay.memoryOf(versionId);
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 severity = FreezeLib.severityBps(_bad(), 0x0f | 0x40, _policy());
        FreezeAmounts memory amounts = FreezeLib.freezeAmounts(before, severity, 0, _policy(), block.timestamp);
        ModelStake memory expected = before;
        expected.bond -= uint96(amounts.fromBond);
        expected.delegated -= uint96(amounts.fromDelegations);
        expected.openFreezes = 1;
        expected.heldUntil = uint48(block.timestamp + 7 days);
        expected.lossInEpoch = uint96(amounts.fromBond + amounts.fromDelegations);

        _expectEvent();
        emit IAssay.StakeFrozen(
            modelId,
            versionId,
            roundId,
            amounts.fromBond,
            amounts.fromDelegations,
            block.timestamp + 7 days,
            memoryBefore,
            expected
        );
        _post(_batch(roundId, modelId, DIGEST, _bad()));

        _sameStake(_stake(modelId), expected, "stake");
        Freeze memory frozen = assay.freezeOf(versionId, roundId);
        _same(frozen.fromBond, amounts.fromBond, "from the bond");
        _same(frozen.fromDelegations, amounts.fromDelegations, "from delegations");
        _same(frozen.frozenAt, block.timestamp, "time");
        _same(frozen.modelId, modelId, "model");
        _same(_memory(versionId).cleanOwed, 1, "one clean round owed");
        _isTrue(frozen.fromBond > frozen.fromDelegations, "the bond carries three times its share");
        _same(uint256(lens.explain(modelId).state), uint256(AdmissionState.Contested), "state");
    }

    function test_Freeze_SuspendsUntilCleanRounds() public {
        _measureRounds(modelId, 3, _good());
        _isTrue(lens.isAdmitted(modelId), "admitted");
        uint256 roundId = _measure(modelId, DIGEST, _failingOnce());
        _isTrue(!lens.isAdmitted(modelId), "not with a freeze open");
        _measure(modelId, DIGEST, _good());
        vm.warp(block.timestamp + 7 days);
        assay.release(versionId, roundId);
        _measureRounds(modelId, 2, _good());
        _isTrue(lens.isAdmitted(modelId), "after the release and a clean round");
    }

    /// @dev Only perturbation fails, and by little: the record can carry it.
    function _failingOnce() private pure returns (uint256) {
        return _wordOf([uint256(9_950), 9_950, 9_950, 3_500, 9_950, 9_950, 9_950], 447);
    }

    /// @dev Whatever committees say, no more than the cap is lost in a loss epoch.
    function test_Freeze_CappedPerLossEpoch() public {
        uint256 held = 6_000 * UNIT;
        for (uint256 i; i < 5; ++i) _measure(modelId, DIGEST, _bad());
        ModelStake memory stake = _stake(modelId);
        _same(stake.bond + stake.delegated, held - stake.lossInEpoch, "frozen is gone from the stake");
        _isTrue(stake.lossInEpoch <= held / 10, "at most a tenth");
        _isTrue(stake.lossInEpoch >= held / 10 - 2, "and all of that");
        _isTrue(stake.openFreezes < 5, "nothing left to freeze opens no freeze");
    }

    /// @dev A whole strike, faded to now, makes the next freeze half as large again.
    function test_Freeze_GrowsWithStrikes() public {
        Policy memory mild = _policy();
        (mild.lossBaseBps, mild.lossCapBps) = (100, 3_000);
        _setPolicy(mild);
        for (uint256 i; i < 2; ++i) _measure(modelId, DIGEST, _bad());
        uint256 strikes = _memory(versionId).strikes;
        _isTrue(strikes > 4_096 && strikes < 2 * 4_096, "two failures, faded: one whole strike");
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 severity = FreezeLib.severityBps(_bad(), 0x4f, mild);
        FreezeAmounts memory amounts = FreezeLib.freezeAmounts(_stake(modelId), severity, 1, mild, block.timestamp);
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        Freeze memory frozen = assay.freezeOf(versionId, roundId);
        _same(frozen.fromBond, amounts.fromBond, "from the bond");
        _same(frozen.fromDelegations, amounts.fromDelegations, "from delegations");
    }

    function test_Freeze_WithoutStake() public {
        (uint256 bare, bytes32 bareVersion) = _register(keccak256("bare"));
        uint256 roundId = _measure(bare, keccak256("bare"), _bad());
        _same(assay.freezeOf(bareVersion, roundId).frozenAt, 0, "nothing to freeze");
        _same(_memory(bareVersion).strikes, 4_096, "the strike counts all the same");
    }

    /// @dev With the bound reached, results still apply: nobody can be blocked by a model that fails too often.
    function test_Freeze_TooManyOpenDoesNotBlock() public {
        Policy memory fast = _policy();
        (fast.lossEpoch, fast.freezeWindow) = (1, 21 days);
        _setPolicy(fast);
        for (uint256 i; i < 18; ++i) _measure(modelId, DIGEST, _bad());
        ModelStake memory stake = _stake(modelId);
        _same(stake.openFreezes, 16, "bound");
        _same(_memory(versionId).rounds, 18, "all results applied");
    }

    /// @dev A round that opened before the owner replaced the version still speaks for what it measured.
    function test_Freeze_NewVersionIsNoEscape() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        vm.prank(owner);
        assay.addVersion(modelId, keccak256("v2"), "");
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _same(_stake(modelId).openFreezes, 1, "frozen");
        _isTrue(assay.freezeOf(versionId, roundId).fromBond > 0, "from the bond");
    }

    // ---------------------------------------------------------------- release
    function test_Release() public {
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        Freeze memory frozen = assay.freezeOf(versionId, roundId);
        uint256 total = uint256(frozen.fromBond) + frozen.fromDelegations;
        vm.warp(block.timestamp + 7 days);
        ModelStake memory expected = _stake(modelId);
        expected.openFreezes = 0;
        _expectEvent();
        emit IAssay.FreezeReleased(modelId, versionId, roundId, total / 2, total - total / 2, expected);
        assay.release(versionId, roundId);

        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(BURNT), total / 2, "burnt");
        _same(assay.commonsFund(), total - total / 2, "commons fund");
        _same(assay.freezeOf(versionId, roundId).frozenAt, 0, "freeze");
    }

    function test_RevertWhen_FreezeNotReleasable() public {
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        uint256 releasableAt = block.timestamp + 7 days;
        vm.warp(releasableAt - 1);
        _expect(abi.encodeWithSelector(IAssay.FreezeNotReleasable.selector, releasableAt, releasableAt - 1));
        assay.release(versionId, roundId);
    }

    function test_RevertWhen_FreezeUnknown() public {
        _expect(abi.encodeWithSelector(IAssay.UnknownFreeze.selector, versionId, 1));
        assay.release(versionId, 1);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        vm.warp(block.timestamp + 7 days);
        assay.release(versionId, roundId);
        _expect(abi.encodeWithSelector(IAssay.UnknownFreeze.selector, versionId, roundId));
        assay.release(versionId, roundId);
    }

    /// @dev The window is that of the round's policy, whatever the board says since.
    function test_Release_KeepsTheRoundsWindow() public {
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        uint256 releasableAt = block.timestamp + 7 days;
        Policy memory slow = _policy();
        slow.freezeWindow = 21 days;
        _setPolicy(slow);
        vm.warp(releasableAt);
        assay.release(versionId, roundId);
    }

    // ---------------------------------------------------------------- any score, any stake
    function testFuzz_Freeze_ConservesTokens(uint96 bonded, uint96 delegated, uint16 score, uint8 rounds) public {
        _bond(modelId, _within(bonded, 1, 4e6 * UNIT));
        _delegate(delegator, modelId, _within(delegated, 1, 4e6 * UNIT));
        uint256 frozen;
        for (uint256 i; i < 1 + (rounds % 4); ++i) {
            uint256 roundId = _measure(modelId, DIGEST, _word(score % 10_001));
            Freeze memory set = assay.freezeOf(versionId, roundId);
            frozen += uint256(set.fromBond) + set.fromDelegations;
        }
        ModelStake memory stake = _stake(modelId);
        _same(token.balanceOf(address(assay)), uint256(stake.bond) + stake.delegated + frozen, "held");
        _isTrue(stake.unbondingBond <= stake.bond, "the unbonding part is within the bond");
    }
}
