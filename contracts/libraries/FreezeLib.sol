// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { FreezeRecord, ModelStake } from "../interfaces/IAssayVault.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { ResultLib } from "./ResultLib.sol";

/// @notice What a freeze takes, in the token's smallest unit, what it leaves for later, and the loss epoch after it.
struct FreezeAmounts {
    uint256 fromBond;
    uint256 fromDelegations;
    uint256 fromUnbonding;
    /// What the caps allow and the bucket has no room for.
    uint256 waiting;
    uint256 lossEpochStart;
    uint256 lossInEpoch;
}

/// @title FreezeLib: how much stake a failing result sets aside, and where it goes when it is given back
/// @notice Twin: `domain/freeze.ts`.
/// @dev Amounts are below 2^98, policy fields below 2^32, so no product reaches 2^192.
library FreezeLib {
    uint256 internal constant MIN_SEVERITY_BPS = 1_000;
    /// @dev First-loss weight of the bond; delegations weigh 1.
    uint256 internal constant BOND_WEIGHT = 3;

    /// @notice How far below its slash floor the worst failed family is: (ψ − s)/ψ, bps rounded down, 1,000..10,000.
    /// @param failed Bitmap of failed families (see CombineLib).
    function severityBps(uint256 word, uint256 failed, Policy memory policy) internal pure returns (uint256 severity) {
        severity = MIN_SEVERITY_BPS;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            uint256 slashFloor = policy.slashFloorsBps[family];
            if ((failed >> family) & 1 == 0 || slashFloor == 0) continue;
            uint256 shortfall = Math.saturatingSub(slashFloor, ResultLib.scoreBps(word, family));
            severity = Math.max(severity, (shortfall * 10_000) / slashFloor);
        }
    }

    /// @notice Stake that answers for a failing result: bond, pool and what is unbonding of both; in the experimental lane the bond alone.
    function liableStake(ModelStake memory stake, bool standardLane) internal pure returns (uint256 liable) {
        liable = stake.bond;
        if (standardLane) liable += uint256(stake.delegated) + stake.unbondingAssets;
    }

    /// @notice liable stake · base · severity · (1 + strikes/2), rounded down, before any cap.
    /// @param severity 1,000..10,000.
    /// @param wholeStrikes Whole strikes held before the result; below 2^8.
    function lossWantedDown(
        ModelStake memory stake,
        bool standardLane,
        uint256 severity,
        uint256 wholeStrikes,
        Policy memory policy
    ) internal pure returns (uint256) {
        uint256 liable = liableStake(stake, standardLane);
        return (liable * policy.lossBaseBps * severity * (2 + wholeStrikes)) / (2 * 10_000 * 10_000);
    }

    /// @notice Sets `wanted` aside, as far as the running loss epoch's cap and the bucket's room allow; the bond carries three times its share.
    /// @param stake Before the freeze.
    /// @param wanted See lossWantedDown; or what waits of an earlier freeze.
    /// @param room What the bucket has room for.
    function freezeAmounts(
        ModelStake memory stake,
        uint256 wanted,
        bool standardLane,
        uint256 room,
        Policy memory policy,
        uint256 nowAt
    ) internal pure returns (FreezeAmounts memory amounts) {
        bool restart = nowAt >= uint256(stake.lossEpochStart) + policy.lossEpoch;
        uint256 already = restart ? 0 : stake.lossInEpoch;
        uint256 loss = Math.min(wanted, _allowed(stake, standardLane, already, policy));
        uint256 taken = Math.min(loss, room);

        (amounts.fromBond, amounts.fromDelegations, amounts.fromUnbonding) = _split(stake, standardLane, taken);
        amounts.waiting = loss - taken;
        amounts.lossEpochStart = restart ? nowAt : stake.lossEpochStart;
        amounts.lossInEpoch = already + taken;
    }

    /// @dev What the cap of the loss epoch leaves, at most all there is. What was frozen in this epoch was part of the stake when it began.
    function _allowed(
        ModelStake memory stake,
        bool standardLane,
        uint256 already,
        Policy memory policy
    ) private pure returns (uint256) {
        uint256 liable = liableStake(stake, standardLane);
        uint256 capBps = standardLane ? policy.lossCapBps : policy.experimentalLossCapBps;
        return Math.min(liable, Math.saturatingSub((capBps * (liable + already)) / 10_000, already));
    }

    /// @dev `loss` by first-loss weights, each side bounded by what is there, the odd unit to the bond; the delegations' part by what is in the two
    /// pools, the odd unit to the active one: nobody can join that while a freeze is open, so nobody can have a unit in it drained again and again until a
    /// share of it is worth too little for others to move to. `loss` is at most the liable stake.
    function _split(
        ModelStake memory stake,
        bool standardLane,
        uint256 loss
    ) private pure returns (uint256 fromBond, uint256 fromDelegations, uint256 fromUnbonding) {
        uint256 pools = uint256(stake.delegated) + stake.unbondingAssets;
        if (loss == 0 || !standardLane || pools == 0) return (loss, 0, 0);
        uint256 weighted = BOND_WEIGHT * stake.bond;
        fromBond = Math.min(stake.bond, Math.ceilDiv(loss * weighted, weighted + pools));
        fromUnbonding = ((loss - fromBond) * stake.unbondingAssets) / pools;
        fromDelegations = loss - fromBond - fromUnbonding;
    }

    /// @notice The record with the delegations' part where its owners are now: who moved to the unbonding pool took their part along.
    /// @param shares Of the active pool now: at most `frozen.poolShares`, because nobody joins while a freeze is unresolved. Rounded down.
    function follow(FreezeRecord memory frozen, uint256 shares) internal pure {
        if (shares == frozen.poolShares) return;
        uint256 staying = (frozen.fromDelegations * shares) / frozen.poolShares;
        frozen.fromUnbonding += frozen.fromDelegations - staying;
        frozen.fromDelegations = staying;
        frozen.poolShares = shares;
    }

    /// @notice Where a freeze's stake goes back to: where it came from, with those who moved.
    /// @dev Who withdrew after the hold has left their part behind. The unbonding pool takes it as far as a share's price stays at one unit at most
    /// (they cost a thousandth), so that a few shares left in it do not make it a pool that nobody can join; the rest goes to the bond.
    function restoreAmounts(
        ModelStake memory stake,
        FreezeRecord memory frozen
    ) internal pure returns (uint256 toBond, uint256 toDelegations, uint256 toUnbonding) {
        follow(frozen, stake.shares);
        uint256 room = Math.saturatingSub(stake.unbondingShares, stake.unbondingAssets);
        toDelegations = frozen.fromDelegations;
        toUnbonding = Math.min(frozen.fromUnbonding, room);
        toBond = frozen.fromBond + (frozen.fromUnbonding - toUnbonding);
    }
}
