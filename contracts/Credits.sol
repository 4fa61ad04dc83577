// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Treasury } from "./Treasury.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";

/// @title Credits: who pays for being measured: an owner in advance, or the commons by lottery
abstract contract Credits is Treasury {
    /// @dev Some 27 years of daily rounds; with a price of 96 bits no product overflows.
    uint256 private constant PREPAID_ROUNDS_MAX = 10_000;

    /// @inheritdoc IAssayVault
    mapping(uint256 modelId => uint256 roundId) public paidThrough;

    /// @inheritdoc IAssayVault
    function prepay(uint256 modelId, uint256 rounds) external nonReentrant returns (uint256 through) {
        require(rounds != 0, ZeroAmount());
        require(rounds <= PREPAID_ROUNDS_MAX, TooManyRounds(rounds, PREPAID_ROUNDS_MAX));
        _requireModel(modelId);
        uint256 assets = _policyInForce().evaluationPrice * rounds;
        require(assets != 0, EvaluationIsFree());
        through = Math.max(paidThrough[modelId], _lastOpened()) + rounds;
        paidThrough[modelId] = through;
        _addToEvaluation(assets);
        emit EvaluationPrepaid(modelId, msg.sender, assets, through);
        _take(msg.sender, assets);
    }

    /// @dev The round of the running epoch if it is open, else the one before: what is paid for opens after it.
    function _lastOpened() private view returns (uint256 roundId) {
        roundId = ASSAY.currentRoundId();
        // Round ids run from 1.
        if (ASSAY.round(roundId).openedAt == 0) --roundId;
    }

    /// @inheritdoc IAssayVault
    function fundCommons(uint256 assets) external nonReentrant {
        _requireAmount(assets);
        _addToCommons(assets);
        emit CommonsFunded(msg.sender, assets);
        _take(msg.sender, assets);
    }

    /// @inheritdoc IAssayVault
    /// @dev A price of 0 is always paid.
    function fundLottery(uint256 roundId, uint256 slots, uint256 price) external returns (uint256 funded) {
        _requireAssay();
        if (price == 0) return slots;
        funded = Math.min(slots, commonsFund() / price);
        if (funded == 0) return 0;
        _moveToEvaluation(funded * price);
        emit LotteryFunded(roundId, funded, funded * price);
    }
}
