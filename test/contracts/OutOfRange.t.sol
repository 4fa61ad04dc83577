// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { IInspector, Report, Request } from "../../contracts/interfaces/IInspector.sol";
import { CourtFixture } from "./CourtFixture.sol";

/// @notice Numbers that nothing can have: refused by an error with a name, and no overflow is what stops them.
contract OutOfRangeTest is CourtFixture {
    uint256 private constant AMOUNT_MAX = type(uint96).max;

    /// @dev By selector: `Panic(uint256)` is none of them.
    function _refused(address target, bytes memory call, bytes4 expected) private {
        (bool success, bytes memory reason) = target.call(call);
        _isTrue(!success, "refused");
        _isTrue(bytes4(reason) == expected, "by name");
    }

    function _tooLarge(uint256 assets, bytes memory call) private {
        (bool success, bytes memory reason) = address(vault).call(call);
        _isTrue(!success, "refused");
        bytes memory expected = abi.encodeWithSelector(IAssayVault.AmountTooLarge.selector, assets, AMOUNT_MAX);
        _same(uint256(keccak256(reason)), uint256(keccak256(expected)), "value and bound");
    }

    function testFuzz_RevertWhen_AmountIsMoreThanAnySupply(uint256 assets) external {
        assets = AMOUNT_MAX + 1 + (assets % (type(uint256).max - AMOUNT_MAX));
        for (uint256 i; i < 2; ++i) {
            _tooLarge(assets, abi.encodeCall(IAssayVault.bond, (modelId, assets)));
            _tooLarge(assets, abi.encodeCall(IAssayVault.delegate, (modelId, assets)));
            _tooLarge(assets, abi.encodeCall(IAssayVault.pay, (modelId, assets)));
            _tooLarge(assets, abi.encodeCall(IAssayVault.bondSeat, (0, assets)));
            _tooLarge(assets, abi.encodeCall(IAssayVault.fundCommons, (assets)));
            assets = type(uint256).max;
        }
    }

    /// @dev The largest amount there can be passes every sum, and is what nobody has.
    function test_TheLargestAmountOverflowsNothing() external {
        for (uint256 i; i < 2; ++i) {
            vault.delegate(modelId, UNIT);
            (bool success, bytes memory reason) = address(vault).call(
                abi.encodeCall(IAssayVault.pay, (modelId, AMOUNT_MAX))
            );
            _isTrue(!success && bytes4(reason) != bytes4(0x4e487b71), "paid by nobody");
            (success, reason) = address(vault).call(abi.encodeCall(IAssayVault.fundCommons, (AMOUNT_MAX)));
            _isTrue(!success && bytes4(reason) != bytes4(0x4e487b71), "given by nobody");
        }
    }

    function testFuzz_RevertWhen_RoundNeverComes(uint256 far) external {
        _refuseRound(type(uint40).max + (far % (type(uint256).max - type(uint40).max)));
        _refuseRound(type(uint256).max);
    }

    function _refuseRound(uint256 far) private {
        _isTrue(assay.closesAt(far) > block.timestamp + 10_000 * 365 days, "open for ever");
        _refused(address(vault), abi.encodeCall(IAssayVault.claimFee, (far, 0)), IAssay.RoundNotClosed.selector);
        roundId = _drawRound();
        Report[2] memory said = [_reports(roundId, _good())[0], _reports(roundId, _bad())[0]];
        (said[0].roundId, said[1].roundId) = (far, far);
        bytes memory call = abi.encodeCall(IInspector.challenge, (said[0], _signed(said[0]), Request(0, 0)));
        _refused(address(inspector), call, IAssay.RoundNotOpen.selector);
        call = abi.encodeCall(IInspector.proveTwoReports, (said[0], _signed(said[0]), said[1], _signed(said[1])));
        _refused(address(inspector), call, IAssay.RoundNotOpen.selector);
    }
}
