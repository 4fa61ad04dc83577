// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { StakeWords } from "./StakeWords.sol";
import { Treasury } from "./Treasury.sol";
import { FeeStream, IAssayVault, ModelStake } from "./interfaces/IAssayVault.sol";
import { FeeLib } from "./libraries/FeeLib.sol";
import { StakeLib } from "./libraries/StakeLib.sol";

/// @title Fees: usage fees stream to the stake that is active while they do
/// @dev Whatever changes active stake settles first, so that nobody is paid for time before it came. A model without a stream pays nothing for
/// that: its bond's slot says so.
abstract contract Fees is Treasury, StakeWords {
    mapping(uint256 modelId => FeeStream) private _streams;

    // ---------------------------------------------------------------- pay
    /// @inheritdoc IAssayVault
    function pay(uint256 modelId, uint256 assets) external nonReentrant {
        _requireAmount(assets);
        ModelStake storage stake = _stakes[modelId];
        _requireKnown(modelId, stake);
        uint256 publicShareBps = _policyInForce().publicShareBps;
        _settleFees(modelId, stake);
        uint256 toCommons = FeeLib.publicShareDown(assets, publicShareBps);
        _addToCommons(toCommons);
        (uint256 amount, uint256 endsAt) = _extend(_streams[modelId], assets - toCommons);
        if (!stake.streaming) stake.streaming = true;
        emit UsagePaid(modelId, msg.sender, assets, toCommons, amount, endsAt);
        _take(msg.sender, assets);
    }

    /// @dev `added` is at least half of a payment, rounded up, so not 0. Amounts are part of what is held once the payment is in; an end is at most
    /// 7 days from now.
    function _extend(FeeStream storage stream, uint256 added) private returns (uint256 amount, uint256 endsAt) {
        uint256 left = stream.amount;
        endsAt = FeeLib.endAfter(left, stream.endsAt, added, block.timestamp);
        amount = left + added;
        stream.amount = uint96(amount);
        stream.updatedAt = uint40(block.timestamp);
        stream.endsAt = uint40(endsAt);
    }

    // ---------------------------------------------------------------- settle
    /// @inheritdoc IAssayVault
    function settleFees(uint256 modelId) external {
        _settleFees(modelId, _stakes[modelId]);
    }

    /// @dev What is too little to be a unit goes on streaming, and the time it took counts next time.
    function _settleFees(uint256 modelId, ModelStake storage stake) internal {
        if (!stake.streaming) return;
        FeeStream storage stream = _streams[modelId];
        uint256 left = stream.amount;
        uint256 due = FeeLib.dueDown(left, stream.updatedAt, stream.endsAt, block.timestamp);
        if (due == 0) return;
        // At most what was left.
        left -= due;
        stream.amount = uint96(left);
        stream.updatedAt = uint40(block.timestamp);
        if (left == 0) stake.streaming = false;
        _payIn(modelId, stake, due, left);
    }

    function _payIn(uint256 modelId, ModelStake storage stake, uint256 due, uint256 left) private {
        (uint256 toBond, uint256 toDelegations, uint256 toCommons) = FeeLib.split(
            due,
            StakeLib.activeBond(stake.bond, stake.unbondingBond),
            StakeLib.activeDelegations(stake.delegated, stake.shares)
        );
        // Parts of what is held.
        if (toBond != 0) stake.bond += uint96(toBond);
        if (toDelegations != 0) _payDelegations(stake, toDelegations);
        _addToCommons(toCommons);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit FeesSettled(modelId, toBond, toDelegations, toCommons, left, bondWord, poolWord, lossWord);
    }

    /// @dev Nobody joins while a freeze is unresolved, by fees neither: both pools then grow alike, so that whoever moves from one to the other brings as
    /// large a part of what may be given back as of what is there.
    function _payDelegations(ModelStake storage stake, uint256 assets) private {
        if (stake.openFreezes != 0) {
            uint256 unbonding = StakeLib.activeDelegations(stake.unbondingAssets, stake.unbondingShares);
            uint256 toUnbonding = FeeLib.unbondingPartDown(assets, stake.delegated, unbonding);
            if (toUnbonding != 0) stake.unbondingAssets += uint96(toUnbonding);
            assets -= toUnbonding;
        }
        stake.delegated += uint96(assets);
    }

    /// @dev Only models have bonds or shares, so one that has had a bond or has shares needs no further look.
    function _requireKnown(uint256 modelId, ModelStake storage stake) internal view {
        if (stake.bond == 0 && stake.shares == 0) _requireModel(modelId);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function streamOf(uint256 modelId) external view returns (FeeStream memory) {
        return _streams[modelId];
    }
}
