// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../contracts/libraries/AdmissionLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What contracts ask: every condition alone refuses.
contract IsAdmittedTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        board.setGuardian(address(this));
        (modelId, versionId) = _standardModel();
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "admitted");
    }

    function test_UnknownModel() public view {
        _isTrue(!assay.isAdmitted(0), "0");
        _isTrue(!assay.isAdmitted(99), "99");
    }

    function test_TooFewRounds() public {
        (uint256 young, ) = _standardModel(keccak256("young"));
        _measure(young, keccak256("young"), _good());
        _isTrue(!assay.isAdmitted(young), "after one");
        _measure(young, keccak256("young"), _good());
        _isTrue(!assay.isAdmitted(young), "after two");
        _measure(young, keccak256("young"), _good());
        _isTrue(assay.isAdmitted(young), "after three");
    }

    /// @dev Standards that ask for one round ask for no second.
    function test_OneRoundIsEnoughWhereOneIsAskedFor() public {
        Policy memory quick = _policy();
        (quick.minRounds, quick.massMin) = (1, 1);
        _setPolicy(quick);
        (uint256 young, ) = _standardModel(keccak256("young"));
        _measure(
            young,
            keccak256("young"),
            _wordOf([uint256(10_000), 10_000, 10_000, 10_000, 10_000, 10_000, 10_000], 600)
        );
        _isTrue(assay.isAdmitted(young), "after one");
    }

    /// @dev To the second: an epoch's start plus the age that is allowed.
    function test_ResultTooOld() public {
        uint256 epochStart = assay.genesis() + (_memory(versionId).lastRound - 1) * EPOCH;
        vm.warp(epochStart + 14 days);
        _isTrue(assay.isAdmitted(modelId), "at its last second");
        vm.warp(epochStart + 14 days + 1);
        _isTrue(!assay.isAdmitted(modelId), "one second later");
    }

    function test_FailingResult() public {
        _measure(modelId, DIGEST, _bad());
        _isTrue(!assay.isAdmitted(modelId), "owes a clean round, and stake is frozen");
    }

    function test_BondTooSmall() public {
        // Whoever is in the lane keeps the bond there; only a higher standard makes it too small.
        Policy memory next = _policy();
        next.bondMin = uint96(2_000 * UNIT + 1);
        board.announcePolicy(next);
        for (uint256 i; i < 21; ++i) _measure(modelId, DIGEST, _good());
        (uint256 inForce, ) = board.policyInForce();
        _same(inForce, 2, "the higher standard is in force");
        _isTrue(!assay.isAdmitted(modelId), "a unit too little");
        _bond(modelId, 1);
        _isTrue(assay.isAdmitted(modelId), "enough");
    }

    /// @dev Standards that ask for no bond still admit nobody without one.
    function test_NoBondAtAll() public {
        Policy memory policy = _policy();
        (policy.bondMin, policy.experimentalBondMin) = (0, 0);
        _setPolicy(policy);
        (uint256 bare, ) = _register(keccak256("bare"));
        _setLane(bare, 1);
        for (uint256 i; i < 3; ++i) _measure(bare, keccak256("bare"), _good());
        _isTrue(!assay.isAdmitted(bare), "without a bond");
        _bond(bare, 1);
        _isTrue(assay.isAdmitted(bare), "with the smallest there is");
    }

    /// @dev A record that is clean again, and a freeze that is still open.
    function test_FreezeOpen() public {
        _measure(modelId, DIGEST, _bad());
        for (uint256 i; i < 6; ++i) _measure(modelId, DIGEST, _word(10_000));
        (, uint256 open) = vault.backingOf(modelId);
        _same(open, 1, "open freezes");
        _same(_memory(versionId).cleanOwed, 0, "nothing is owed");
        _isTrue(!assay.isAdmitted(modelId), "refused");
    }

    /// @dev However much is delegated: a rival who delegates can turn nobody out.
    function test_Delegations_RefuseNobody() public {
        _delegate(delegator, modelId, 9e6 * UNIT);
        _isTrue(assay.isAdmitted(modelId), "admitted");
    }

    // ---------------------------------------------------------------- pause
    /// @dev No newcomer: neither by a result during the pause, nor by a record that is complete already. Who was admitted stays.
    function test_Pause_KeepsNewcomersOut() public {
        (uint256 young, bytes32 youngVersion) = _standardModel(keccak256("young"));
        for (uint256 i; i < 2; ++i) _measure(young, keccak256("young"), _good());
        board.pause();
        _isTrue(assay.isAdmitted(modelId), "who was admitted stays");
        _measure(young, keccak256("young"), _good());
        _isTrue(!assay.isAdmitted(young), "not during the pause");
        _isTrue(!_hasFlag(youngVersion, MemoryLib.ADMITTED), "nothing is earned");
        _measure(modelId, DIGEST, _good());
        _isTrue(assay.isAdmitted(modelId) && _hasFlag(versionId, MemoryLib.ADMITTED), "and keeps what it has");
        vm.warp(board.pausedUntil() - 1);
        _isTrue(!assay.isAdmitted(young), "up to its last second");
        vm.warp(board.pausedUntil());
        _isTrue(assay.isAdmitted(young), "and at once when it is over");
    }

    /// @dev A failure during the pause loses admission all the same.
    function test_Pause_ShieldsNoFailure() public {
        board.pause();
        _measure(modelId, DIGEST, _bad());
        _isTrue(!assay.isAdmitted(modelId), "refused");
    }

    /// @dev Registered, bonded and with a record of any quality: without lane, or below a bar, nobody is let in.
    function testFuzz_BelowABarIsNeverAdmitted(uint16 scoreBps, uint96 bonded) public {
        (uint256 other, ) = _register(keccak256("other"));
        _setLane(other, 1);
        _bond(other, _within(bonded, 1_000 * UNIT, 9e6 * UNIT));
        uint256 score = _within(scoreBps, 0, 9_700);
        for (uint256 i; i < 4; ++i) _measure(other, keccak256("other"), _word(score));
        _isTrue(!assay.isAdmitted(other), "at or below the highest floor");
    }

    /// @dev A word without that flag is nobody's, whatever else it says.
    function test_AMemoryThatDoesNotExistProvesNothing() public view {
        Memory memory self = _memory(versionId);
        uint256 epochStart = assay.genesis() + (self.lastRound - 1) * EPOCH;
        _isTrue(AdmissionLib.isProven(self, _policy(), epochStart, block.timestamp), "proven");
        self.flags &= ~MemoryLib.EXISTS;
        _isTrue(!AdmissionLib.isProven(self, _policy(), epochStart, block.timestamp), "of nobody");
    }
}
