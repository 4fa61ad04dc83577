// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { LogLib } from "../../../contracts/libraries/LogLib.sol";
import { AssayFixture } from "../AssayFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks on logs that have grown as long as they can.
contract LogAttackTest is AssayFixture {
    /// @dev EIP-7825.
    uint256 private constant TRANSACTION_GAS_MAX = 1 << 24;

    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
    }

    /// @dev The court asks whether the log is kept and has it replayed, in one transaction that also carries it: less than half of what fits.
    function test_TheLongestLogIsReplayedInOneTransaction() public {
        // Failures keep the log going.
        for (uint256 i; i < LogLib.ENTRIES_MAX; ++i) _measure(modelId, DIGEST, i % 20 == 0 ? _bad() : _unsteady(i));
        ResultLog memory log = _log(versionId);
        _same(log.entries.length, LogLib.ENTRIES_MAX, "full");
        uint256 gasUsed = _calldataGas(abi.encode(log));
        uint256 gasBefore = gasleft();
        _isTrue(assay.isLog(versionId, log), "kept");
        vm.prank(address(court));
        assay.overturn(versionId, log, 0, _good());
        gasUsed += gasBefore - gasleft();
        _isTrue(gasUsed < TRANSACTION_GAS_MAX / 2, "fits");
    }

    /// @dev By the floor of EIP-7623.
    function _calldataGas(bytes memory data) private pure returns (uint256 gasUsed) {
        for (uint256 i; i < data.length; ++i) gasUsed += data[i] == 0 ? 10 : 40;
    }

    /// @dev Every other result is worse than the one before in every family, so that a step has all of its work.
    function _unsteady(uint256 i) private pure returns (uint256) {
        return _word(9_950 - 900 * (i % 2));
    }
}
