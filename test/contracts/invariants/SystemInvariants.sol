// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SystemHandler } from "./SystemHandler.t.sol";

/// @title SystemInvariants: promises that hold whatever anybody does, in any order
/// @notice The numbers are those of docs/invariants.md.
abstract contract SystemInvariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error NotEqual(string what, uint256 left, uint256 right);
    error Broken(uint256 invariant, string what);

    SystemHandler internal _system;

    function setUp() public {
        _system = new SystemHandler();
        _system.setUp();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_system);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector({ addr: address(_system), selectors: _selectors() });
    }

    /// @dev The steps of the campaign.
    function _selectors() internal view virtual returns (bytes4[] memory);

    // ---------------------------------------------------------------- after every step
    function invariant_01_TokensHeldAreAccounted() public view {
        _same(_system.held(), _system.accounted(), "held");
        _system.requireStakesAddUp();
    }

    function invariant_02_NobodyGainsByAnothersStep() public view {
        _holds(2);
    }

    function invariant_04_LossesWithinCapAndBucket() public view {
        _holds(4);
    }

    function invariant_05_AdmittedByEvidenceAlone() public view {
        _system.requireAdmittedAreProven();
    }

    function invariant_06_APerfectResultNeverHurts() public view {
        _holds(6);
    }

    function invariant_07_AResultAppliesOnce() public view {
        _holds(7);
        require(_system.mostApplied() <= 1, Broken(7, "a round was applied twice to a version"));
    }

    function invariant_08_PoliciesWaitForTheirNotice() public view {
        _holds(8);
    }

    function invariant_09_MemoryFollowsFromItsLog() public view {
        _system.requireMemoriesFollowFromLogs();
    }

    function invariant_10_NothingBlocksAReading() public view {
        _holds(10);
        _system.requireEverythingCanBeRead();
    }

    function invariant_11_EventsTellAllThatIsStored() public view {
        _system.requireFoldIsStorage();
    }

    // ---------------------------------------------------------------- at the end of every run
    /// @dev INV-03, and what must hold when everybody has left.
    function afterInvariant() public {
        _system.leaveAll();
        _holds(3);
        _same(_system.held(), _system.accounted(), "held after everybody left");
        _system.requireStakesAddUp();
        _system.requireFoldIsStorage();
        for (uint256 i = 1; i <= 12; ++i) _holds(i);
    }

    function _holds(uint256 invariant) private view {
        string memory broken = _system.breach(invariant);
        require(bytes(broken).length == 0, Broken(invariant, broken));
    }

    function _same(uint256 left, uint256 right, string memory what) private pure {
        require(left == right, NotEqual(what, left, right));
    }
}
