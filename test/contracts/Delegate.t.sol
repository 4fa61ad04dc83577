// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IAssayVault, ModelStake, Position } from "../../contracts/interfaces/IAssayVault.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

contract DelegateTest is VaultFixture {
    function test_Delegate() public {
        uint256 modelId = _standardModel();
        ModelStake memory expected = _stake(modelId);
        expected.delegated = uint96(7 * UNIT);
        expected.shares = uint104(7 * UNIT * StakeLib.VIRTUAL_SHARES);
        (uint256 bondWord, uint256 poolWord, ) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.Delegated(modelId, delegator, 7 * UNIT, expected.shares, bondWord, poolWord);
        _same(_delegate(delegator, modelId, 7 * UNIT), expected.shares, "shares");
        _sameStake(_stake(modelId), expected, "stake");
        Position memory position = _position(modelId, delegator);
        _same(position.shares, expected.shares, "position");
        _same(position.unbondingShares + position.unlocksAt, 0, "nothing unbonding");
    }

    /// @dev Pools do not need a bond: whoever trusts a model can come before its owner does.
    function test_Delegate_BeforeTheBond() public {
        uint256 modelId = _register();
        _delegate(delegator, modelId, UNIT);
        _same(_stake(modelId).delegated, UNIT, "delegated");
    }

    /// @dev Giving stake back gives it to whom it was taken from, so nobody joins before that is decided.
    function test_RevertWhen_DelegateDuringAFreeze() public {
        uint256 modelId = _standardModel();
        _failingResult(modelId);
        _expect(abi.encodeWithSelector(IAssayVault.FreezeUnresolved.selector, modelId, 1));
        vault.delegate(modelId, UNIT);
    }

    function test_RevertWhen_DelegateZero() public {
        uint256 modelId = _register();
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.delegate(modelId, 0);
    }

    function test_RevertWhen_DelegateUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssayVault.UnknownModel.selector, 3));
        vault.delegate(3, 1);
    }

    function test_RevertWhen_DelegateTooLarge() public {
        uint256 modelId = _register();
        uint256 most = type(uint96).max;
        _expect(abi.encodeWithSelector(IAssayVault.AmountTooLarge.selector, most + 1, most));
        vault.delegate(modelId, most + 1);
        uint256 tooManyShares = (1 << 95) * StakeLib.VIRTUAL_SHARES;
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 104, tooManyShares));
        vault.delegate(modelId, 1 << 95);
        vault.delegate(modelId, 1);
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, most + 1));
        vault.delegate(modelId, most);
    }

    /// @dev A pool of a few shares that many fees have made dear.
    function test_RevertWhen_AssetsBuyNoShare() public {
        uint256 modelId = _register();
        _delegate(delegator, modelId, 1);
        vault.pay(modelId, 10 * StakeLib.VIRTUAL_SHARES);
        vm.warp(block.timestamp + 7 days);
        _expect(abi.encodeWithSelector(IAssayVault.ZeroShares.selector, 1));
        vault.delegate(modelId, 1);
    }

    // ---------------------------------------------------------------- share price
    /// @dev Tokens sent to the contract are nobody's: they cannot inflate shares that others pay for.
    function test_Attack_ShareInflationByDonation() public {
        uint256 modelId = _standardModel();
        address attacker = address(0xBAD);
        _fund(attacker);
        _delegate(attacker, modelId, 1);
        vm.prank(attacker);
        token.transfer(address(vault), 1e6 * UNIT);

        uint256 shares = _delegate(delegator, modelId, UNIT);
        _same(shares, UNIT * StakeLib.VIRTUAL_SHARES, "price");
        _same(_exit(delegator, modelId), UNIT, "all comes back");
        _same(_exit(attacker, modelId), 1, "the donation does not");
    }

    /// @dev Fees can raise the price, but half of what an only share holder pays in belongs to nobody: whoever tries loses a thousand times
    /// what anybody else can lose by rounding.
    function test_Attack_ShareInflationByFees() public {
        uint256 modelId = _register();
        address attacker = address(0xBAD);
        _fund(attacker);
        _delegate(attacker, modelId, 1);
        vm.prank(attacker);
        vault.pay(modelId, 1e4 * UNIT);
        vm.warp(block.timestamp + 7 days);
        _delegate(delegator, modelId, 100 * UNIT);
        uint256 victimLost = 100 * UNIT - _worth(delegator, modelId);
        uint256 attackerLost = 1e4 * UNIT + 1 - _worth(attacker, modelId);
        _isTrue(victimLost > 0, "rounding takes something");
        _isTrue(attackerLost > 1_000 * victimLost, "and the attacker pays for it");
    }

    /// @dev Depositing after a freeze buys at the lower price: it neither takes from nor gives to those who were hit.
    function test_Attack_DepositToDilute() public {
        uint256 modelId = _standardModel();
        _delegate(delegator, modelId, 1_000 * UNIT);
        _release(_failingResult(modelId));
        uint256 worth = _worth(delegator, modelId);
        _isTrue(worth < 1_000 * UNIT, "the freeze lowered the price");

        address late = address(0x1A7E);
        _fund(late);
        _delegate(late, modelId, 1e6 * UNIT);
        uint256 worthThen = _worth(delegator, modelId);
        _isTrue(worthThen >= worth && worthThen - worth <= 1, "what was there is worth the same");
        uint256 lateWorth = _worth(late, modelId);
        _isTrue(lateWorth <= 1e6 * UNIT && 1e6 * UNIT - lateWorth <= 1, "and so is what came");
    }

    function testFuzz_Delegate_NobodyGainsByRounding(uint96 first, uint96 second, bool failedBetween) public {
        uint256 modelId = _standardModel();
        uint256 early = _within(first, 1, 9e6 * UNIT);
        uint256 late = _within(second, 1, 9e6 * UNIT);
        _delegate(delegator, modelId, early);
        if (failedBetween) _release(_failingResult(modelId));
        uint256 worth = _worth(delegator, modelId);
        _delegate(owner, modelId, late);
        _isTrue(_worth(owner, modelId) <= late, "never worth more than was paid");
        _isTrue(_worth(delegator, modelId) >= worth, "never worth less because somebody came");
        _isTrue(
            _worth(owner, modelId) + _worth(delegator, modelId) <= _stake(modelId).delegated,
            "the pool covers everybody"
        );
    }
}
