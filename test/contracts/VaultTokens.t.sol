// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { FreezeRecord, IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import {
    FeeToken,
    GenerousToken,
    LyingToken,
    RebasingToken,
    ReentrantToken,
    RefusingToken,
    SilentToken,
    ThievingToken
} from "./HostileTokens.sol";
import { VaultFixture, VaultSystem } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Tokens that are not plain, and one that is older than the standard.
contract VaultTokensTest is VaultFixture {
    uint256 private constant SUPPLY = 100 * UNIT;

    /// @dev A vault for this token with one model, which is the test's.
    function _vaultOf(address hostile) private returns (AssayVault other) {
        VaultSystem system = new VaultSystem(hostile, address(board), EPOCH, UNBONDING);
        other = system.vault();
        _registerFor(address(this), system.record());
        IERC20(hostile).approve(address(other), type(uint256).max);
    }

    function _expectNotPlain(uint256 expected, uint256 received) private {
        _expect(abi.encodeWithSelector(IAssayVault.TokenNotPlain.selector, expected, received));
    }

    function test_RevertWhen_TokenTakesAFee() public {
        AssayVault other = _vaultOf(address(new FeeToken(address(this), SUPPLY)));
        uint256 received = (UNIT * 99) / 100;
        _expectNotPlain(UNIT, received);
        other.bond(1, UNIT);
        _expectNotPlain(UNIT, received);
        other.delegate(1, UNIT);
        _expectNotPlain(UNIT, received);
        other.pay(1, UNIT);
        _expectNotPlain(UNIT, received);
        other.fundCommons(UNIT);
        _expectNotPlain(UNIT, received);
        other.prepay(1, 1);
    }

    function test_RevertWhen_TokenDeliversTooMuch() public {
        AssayVault other = _vaultOf(address(new GenerousToken(address(this), SUPPLY)));
        _expectNotPlain(UNIT, 2 * UNIT);
        other.bond(1, UNIT);
    }

    function test_RevertWhen_TokenDeliversNothing() public {
        AssayVault other = _vaultOf(address(new LyingToken(address(this), SUPPLY)));
        _expectNotPlain(UNIT, 0);
        other.bond(1, UNIT);
        address judge = other.court();
        _expectNotPlain(UNIT, 0);
        vm.prank(judge);
        other.takeDeposit(address(this), UNIT);
    }

    function test_RevertWhen_TokenTakesFromTheVault() public {
        ThievingToken thieving = new ThievingToken(address(this), SUPPLY);
        AssayVault other = _vaultOf(address(thieving));
        thieving.transfer(address(other), 2 * UNIT);
        _expectNotPlain(UNIT, 0);
        other.bond(1, UNIT);
    }

    function test_RevertWhen_TokenAnswersFalse() public {
        address refusing = address(new RefusingToken(address(this), SUPPLY));
        AssayVault other = _vaultOf(refusing);
        _expect(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, refusing));
        other.bond(1, UNIT);
    }

    /// @dev What a rebase adds is a donation: nobody's.
    function test_Rebase_ChangesNoPrice() public {
        RebasingToken rebasing = new RebasingToken(address(this), SUPPLY);
        AssayVault other = _vaultOf(address(rebasing));
        uint256 shares = other.delegate(1, UNIT);
        rebasing.rebase(2);
        other.requestUnbond(1, shares);
        vm.warp(block.timestamp + UNBONDING);
        _same(other.withdraw(1, address(this)), UNIT, "as much as came in");
        _expectNotPlain(UNIT, 2 * UNIT);
        other.delegate(1, UNIT);
    }

    /// @dev Neither answers nor a permit: deposits with an approval work all the same.
    function test_SilentToken() public {
        SilentToken silent = new SilentToken(address(this), SUPPLY);
        VaultSystem system = new VaultSystem(address(silent), address(board), EPOCH, UNBONDING);
        AssayVault other = system.vault();
        _registerFor(address(this), system.record());
        silent.approve(address(other), SUPPLY);
        other.bondWithPermit(1, UNIT, 0, 0, 0, 0);
        uint256 shares = other.delegate(1, UNIT);
        other.requestUnbond(1, shares);
        vm.warp(block.timestamp + UNBONDING);
        other.withdraw(1, stranger);
        _same(silent.balanceOf(stranger), UNIT, "received");
    }

    // ---------------------------------------------------------------- re-entrancy
    function test_RevertWhen_TokenReenters() public {
        ReentrantToken hostile = new ReentrantToken(address(this), SUPPLY);
        AssayVault other = _vaultOf(address(hostile));
        hostile.arm(address(other), abi.encodeCall(IAssayVault.delegate, (1, 1)));
        _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        other.bond(1, UNIT);
    }

    /// @dev A token that calls back while it is paid out finds every way to tokens closed.
    function test_Attack_ReentrancyOnTheWayOut() public {
        ReentrantToken hostile = new ReentrantToken(address(this), SUPPLY);
        AssayVault other = _vaultOf(address(hostile));
        uint256 shares = other.delegate(1, UNIT);
        other.bond(1, UNIT);
        other.requestUnbond(1, shares);
        other.requestBondUnbond(1, UNIT);
        vm.warp(block.timestamp + UNBONDING);
        FreezeRecord memory none;
        bytes[10] memory calls = [
            abi.encodeCall(IAssayVault.withdraw, (1, address(this))),
            abi.encodeCall(IAssayVault.withdrawBond, (1, address(this))),
            abi.encodeCall(IAssayVault.bond, (1, UNIT)),
            abi.encodeCall(IAssayVault.delegate, (1, UNIT)),
            abi.encodeCall(IAssayVault.pay, (1, UNIT)),
            abi.encodeCall(IAssayVault.prepay, (1, 1)),
            abi.encodeCall(IAssayVault.claimFee, (1, 1)),
            abi.encodeCall(IAssayVault.withdrawSeatBond, (1, address(this))),
            abi.encodeCall(IAssayVault.settleDeposit, (address(this), 1)),
            abi.encodeCall(IAssayVault.release, (none))
        ];
        for (uint256 i; i < calls.length; ++i) {
            hostile.arm(address(other), calls[i]);
            // The token calls as itself, so owner checks would refuse some first; the guard stands before all of them.
            _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            other.withdraw(1, address(this));
            _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            other.withdrawBond(1, address(this));
        }
    }
}
