// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IAssay, ModelStake, Position } from "../../contracts/interfaces/IAssay.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract DelegateTest is AssayFixture {
    /// @dev Slot of `_stakes` (snapshots of the storage layout show it), and of the pool's word within a stake.
    uint256 private constant STAKES_SLOT = 11;
    uint256 private constant POOL_WORD = 1;

    function test_Delegate() public {
        (uint256 modelId, ) = _standardModel();
        ModelStake memory expected = _stake(modelId);
        expected.delegated = uint96(7 * UNIT);
        expected.shares = uint104(7 * UNIT * StakeLib.VIRTUAL_SHARES);
        _expectEvent();
        emit IAssay.Delegated(modelId, delegator, 7 * UNIT, expected.shares, expected);
        _same(_delegate(delegator, modelId, 7 * UNIT), expected.shares, "shares");
        _sameStake(_stake(modelId), expected, "stake");
        Position memory position = assay.positionOf(modelId, delegator);
        _same(position.shares, expected.shares, "position");
        _same(position.unbondingShares + position.unlocksAt, 0, "nothing unbonding");
    }

    /// @dev Pools do not need a bond: whoever trusts a model can come before its owner does.
    function test_Delegate_BeforeTheBond() public {
        (uint256 modelId, ) = _register(DIGEST);
        _delegate(delegator, modelId, UNIT);
        _same(_stake(modelId).delegated, UNIT, "delegated");
    }

    function test_RevertWhen_DelegateZero() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.ZeroAmount.selector));
        assay.delegate(modelId, 0);
    }

    function test_RevertWhen_DelegateUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 3));
        assay.delegate(3, 1);
    }

    function test_RevertWhen_DelegateTooLarge() public {
        (uint256 modelId, ) = _register(DIGEST);
        uint256 tooMuch = 1 << 96;
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, tooMuch));
        assay.delegate(modelId, tooMuch);
        uint256 tooManyShares = (1 << 95) * StakeLib.VIRTUAL_SHARES;
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 104, tooManyShares));
        assay.delegate(modelId, 1 << 95);
    }

    /// @dev No sequence of deposits and losses within the caps gets the price that high; the check is for what may raise it later.
    function test_RevertWhen_AssetsBuyNoShare() public {
        (uint256 modelId, ) = _register(DIGEST);
        _delegate(delegator, modelId, 1);
        bytes32 pool = bytes32(uint256(keccak256(abi.encode(modelId, STAKES_SLOT))) + POOL_WORD);
        uint256 delegated = 4 * StakeLib.VIRTUAL_SHARES;
        vm.store(address(assay), pool, bytes32(delegated | (uint256(_stake(modelId).shares) << 96)));
        _same(_stake(modelId).delegated, delegated, "the slot is the pool's");
        _expect(abi.encodeWithSelector(IAssay.ZeroShares.selector, 1));
        assay.delegate(modelId, 1);
    }

    // ---------------------------------------------------------------- share price
    /// @dev Tokens sent to the contract are nobody's: they cannot inflate shares that others pay for.
    function test_Attack_ShareInflationByDonation() public {
        (uint256 modelId, ) = _standardModel();
        address attacker = address(0xBAD);
        _fund(attacker);
        _delegate(attacker, modelId, 1);
        vm.prank(attacker);
        token.transfer(address(assay), 1e6 * UNIT);

        uint256 shares = _delegate(delegator, modelId, UNIT);
        _same(shares, UNIT * StakeLib.VIRTUAL_SHARES, "price");
        _same(_exit(delegator, modelId), UNIT, "all comes back");
        _same(_exit(attacker, modelId), 1, "the donation does not");
    }

    /// @dev Depositing after a freeze buys at the lower price: it neither takes from nor gives to those who were hit.
    function test_Attack_DepositToDilute() public {
        (uint256 modelId, ) = _standardModel();
        _delegate(delegator, modelId, 1_000 * UNIT);
        _measure(modelId, DIGEST, _bad());
        uint256 worth = _worth(delegator, modelId);
        _isTrue(worth < 1_000 * UNIT, "the freeze lowered the price");

        address late = address(0x1A7E);
        _fund(late);
        _delegate(late, modelId, 1e6 * UNIT);
        uint256 after_ = _worth(delegator, modelId);
        _isTrue(after_ >= worth && after_ - worth <= 1, "what was there is worth the same");
        uint256 lateWorth = _worth(late, modelId);
        _isTrue(lateWorth <= 1e6 * UNIT && 1e6 * UNIT - lateWorth <= 1, "and so is what came");
    }

    function testFuzz_Delegate_NobodyGainsByRounding(uint96 first, uint96 second, bool failedBetween) public {
        (uint256 modelId, ) = _standardModel();
        uint256 early = _within(first, 1, 9e6 * UNIT);
        uint256 late = _within(second, 1, 9e6 * UNIT);
        _delegate(delegator, modelId, early);
        if (failedBetween) _measure(modelId, DIGEST, _bad());
        uint256 worth = _worth(delegator, modelId);
        _delegate(owner, modelId, late);
        _isTrue(_worth(owner, modelId) <= late, "never worth more than was paid");
        _isTrue(_worth(delegator, modelId) >= worth, "never worth less because somebody came");
        _isTrue(
            _worth(owner, modelId) + _worth(delegator, modelId) <= _stake(modelId).delegated,
            "the pool covers everybody"
        );
    }

    function _worth(address account, uint256 modelId) private view returns (uint256) {
        ModelStake memory stake = _stake(modelId);
        return StakeLib.assetsForDown(assay.positionOf(modelId, account).shares, stake.shares, stake.delegated);
    }

    function _exit(address account, uint256 modelId) private returns (uint256) {
        uint256 shares = assay.positionOf(modelId, account).shares;
        vm.prank(account);
        assay.requestUnbond(modelId, shares);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(account);
        return assay.withdraw(modelId, account);
    }
}
