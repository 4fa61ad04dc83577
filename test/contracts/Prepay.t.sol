// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Evaluation at a unit a round: prepaid, or drawn by lottery from the commons fund.
contract PrepayTest is VaultFixture {
    function test_Prepay() public {
        uint256 modelId = _register();
        _nextEpoch();
        _expectVaultEvent();
        emit IAssayVault.EvaluationPrepaid(modelId, address(this), 30 * UNIT, 31);
        _same(vault.prepay(modelId, 30), 31, "from the current one on, which is 2 and not open");
        _same(vault.paidThrough(modelId), 31, "paid through");
        _same(vault.evaluationFund(), 30 * UNIT, "fund");
        _same(token.balanceOf(address(vault)), 30 * UNIT, "held");
    }

    function test_Prepay_AddsUp() public {
        uint256 modelId = _register();
        vault.prepay(modelId, 30);
        vm.warp(block.timestamp + 10 days);
        _same(vault.prepay(modelId, 5), 35, "after what is paid");
        vm.warp(block.timestamp + 100 days);
        _same(vault.prepay(modelId, 1), record.currentRoundId(), "never for rounds that are over");
    }

    /// @dev A round that is open measures those who had paid by then.
    function test_Prepay_FromTheNextOpeningOn() public {
        uint256 modelId = _register();
        vault.bondSeat(_addSeat(1), _policy().evaluatorBondMin);
        record.openRound();
        _same(vault.prepay(modelId, 1), record.currentRoundId() + 1, "the next one");
        _nextEpoch();
        _same(vault.prepay(modelId, 1), record.currentRoundId() + 1, "and the one after it");
    }

    function test_RevertWhen_PrepayZero() public {
        uint256 modelId = _register();
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.prepay(modelId, 0);
    }

    function test_RevertWhen_PrepayTooManyRounds() public {
        uint256 modelId = _register();
        _expect(abi.encodeWithSelector(IAssayVault.TooManyRounds.selector, 10_001, 10_000));
        vault.prepay(modelId, 10_001);
        vault.prepay(modelId, 10_000);
    }

    function test_RevertWhen_PrepayUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssayVault.UnknownModel.selector, 1));
        vault.prepay(1, 1);
    }

    function test_RevertWhen_EvaluationIsFree() public {
        uint256 modelId = _register();
        Policy memory free = _policy();
        free.evaluationPrice = 0;
        _setPolicy(free);
        _expect(abi.encodeWithSelector(IAssayVault.EvaluationIsFree.selector));
        vault.prepay(modelId, 1);
    }

    // ---------------------------------------------------------------- commons and lottery
    function test_FundCommons() public {
        _expectVaultEvent();
        emit IAssayVault.CommonsFunded(address(this), 7);
        vault.fundCommons(7);
        _same(vault.commonsFund(), 7, "fund");
    }

    function test_RevertWhen_FundCommonsZero() public {
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.fundCommons(0);
    }

    function test_FundLottery() public {
        vault.fundCommons(100 * UNIT);
        _expectVaultEvent();
        emit IAssayVault.LotteryFunded(4, 13, 13 * UNIT);
        _same(_fundLottery(4, 13, UNIT), 13, "all of them");
        _same(vault.commonsFund(), 87 * UNIT, "commons");
        _same(vault.evaluationFund(), 13 * UNIT, "evaluation");
    }

    function test_FundLottery_AsManyAsTheFundPaysFor() public {
        vault.fundCommons(5 * UNIT - 1);
        _same(_fundLottery(4, 13, UNIT), 4, "four");
        _same(vault.commonsFund(), UNIT - 1, "commons");
        vm.recordLogs();
        _same(_fundLottery(5, 13, UNIT), 0, "none");
        _same(vm.getRecordedLogs().length, 0, "nothing is told of nothing");
        vault.fundCommons(1);
        _same(_fundLottery(5, 13, UNIT), 1, "one");
        _same(vault.evaluationFund(), 5 * UNIT, "evaluation");
    }

    function test_FundLottery_Free() public {
        _same(_fundLottery(4, 13, 0), 13, "all of them");
    }

    function test_RevertWhen_LotteryNotTheRecord() public {
        _expect(_notAuthorized(address(this), address(record)));
        vault.fundLottery(1, 1, 1);
    }

    function testFuzz_FundLottery_MovesWithinTheFunds(uint96 fund, uint16 slots, uint96 price) public {
        vault.fundCommons(_within(fund, 1, 1e6 * UNIT));
        uint256 before = vault.commonsFund();
        uint256 funded = _fundLottery(1, slots, price);
        _isTrue(funded <= slots, "at most the slots");
        _same(vault.commonsFund() + vault.evaluationFund(), before, "nothing lost");
        _same(vault.evaluationFund(), funded * price, "as much as they cost");
        _isTrue(funded == slots || before - funded * price < price, "as many as it pays for");
    }
}
