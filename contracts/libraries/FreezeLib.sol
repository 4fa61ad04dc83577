// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ModelStake } from "../interfaces/IAssayVault.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { ResultLib } from "./ResultLib.sol";

/// @notice What a freeze takes, in the token's smallest unit, and the loss epoch after it.
struct FreezeAmounts {
    uint256 fromBond;
    uint256 fromDelegations;
    uint256 lossEpochStart;
    uint256 lossInEpoch;
}

/// @title FreezeLib: how much stake a failing result sets aside
/// @notice Twin: `domain/freeze.ts`.
/// @dev Amounts are below 2^97, policy fields below 2^32, so no product reaches 2^192.
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

    /// @notice loss = stake · base · severity · (1 + strikes/2), within what the running loss epoch still allows; the bond carries three
    /// times its share. Rounded down, the odd unit of the split to the bond.
    /// @param stake Before the freeze.
    /// @param wholeStrikes Whole strikes held before this result, faded to `nowAt`.
    function freezeAmounts(
        ModelStake memory stake,
        uint256 severity,
        uint256 wholeStrikes,
        Policy memory policy,
        uint256 nowAt
    ) internal pure returns (FreezeAmounts memory amounts) {
        bool restart = nowAt >= uint256(stake.lossEpochStart) + policy.lossEpoch;
        amounts.lossEpochStart = restart ? nowAt : stake.lossEpochStart;
        uint256 already = restart ? 0 : stake.lossInEpoch;

        uint256 held = uint256(stake.bond) + stake.delegated;
        uint256 loss = (held * policy.lossBaseBps * severity * (2 + wholeStrikes)) / (2 * 10_000 * 10_000);
        // What was frozen in this epoch was part of the stake when it began.
        uint256 allowed = Math.saturatingSub((policy.lossCapBps * (held + already)) / 10_000, already);
        loss = Math.min(held, Math.min(loss, allowed));

        (amounts.fromBond, amounts.fromDelegations) = _split(loss, stake.bond, stake.delegated);
        amounts.lossInEpoch = already + loss;
    }

    /// @dev `loss` by first-loss weights, each side bounded by what is there; loss ≤ bond + delegated.
    function _split(
        uint256 loss,
        uint256 bond,
        uint256 delegated
    ) private pure returns (uint256 fromBond, uint256 fromDelegations) {
        if (loss == 0) return (0, 0);
        uint256 weighted = BOND_WEIGHT * bond;
        fromBond = Math.min(bond, Math.ceilDiv(loss * weighted, weighted + delegated));
        fromDelegations = loss - fromBond;
    }
}
