// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeRecord, ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { BucketLib } from "../../../contracts/libraries/BucketLib.sol";
import { FeeLib } from "../../../contracts/libraries/FeeLib.sol";
import { FreezeAmounts, FreezeLib } from "../../../contracts/libraries/FreezeLib.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";
import { TwoWords } from "./Rows.sol";

/// @title StakeRules: prices of shares, stake that counts, freezes, the bucket, and fees
abstract contract StakeRules {
    struct StakeCase {
        uint256 amount;
        uint256 totalShares;
        uint256 totalAssets;
        ModelStake stake;
        uint256 bondShareBps;
    }

    struct StakeRow {
        uint256 shares;
        uint256 assets;
        uint256 activeBond;
        uint256 activeDelegations;
        uint256 countedStake;
        /// The words of the stake as storage holds them.
        uint256 bondWord;
        uint256 poolWord;
        uint256 lossWord;
        uint256 lossInEpoch;
    }

    struct FreezeCase {
        ModelStake stake;
        uint256 resultWord;
        uint256 failed;
        uint256 wholeStrikes;
        bool standardTerms;
        uint256 room;
        uint256 nowAt;
        uint256 policy;
    }

    struct FreezeRow {
        uint256 severityBps;
        uint256 wanted;
        FreezeAmounts amounts;
    }

    struct RestoreCase {
        ModelStake stake;
        uint256 fromBond;
        uint256 fromDelegations;
        uint256 fromUnbonding;
        uint256 poolShares;
    }

    struct RestoreRow {
        uint256 toBond;
        uint256 toDelegations;
        uint256 toUnbonding;
    }

    struct BucketCase {
        uint256 held;
        uint256 level;
        uint256 updatedAt;
        uint256 nowAt;
        uint256 bucketBps;
        uint256 bucketPeriod;
    }

    struct StreamCase {
        uint256 amount;
        uint256 updatedAt;
        uint256 endsAt;
        uint256 nowAt;
        uint256 assets;
        uint256 publicShareBps;
        uint256 activeBond;
        uint256 activeDelegations;
        uint256 unbonding;
    }

    struct StreamRow {
        uint256 streamed;
        uint256 publicShare;
        uint256 endsAt;
        uint256 toBond;
        uint256 toDelegations;
        uint256 toCommons;
        uint256 toUnbonding;
    }

    ModelStake private _stake;

    // ---------------------------------------------------------------- stake
    /// @dev Not a view only because the stake's words are read back from storage.
    function stakes(StakeCase[] calldata cases) external returns (StakeRow[] memory rows) {
        rows = new StakeRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            StakeCase calldata c = cases[i];
            StakeRow memory row = rows[i];
            row.shares = StakeLib.sharesForDown(c.amount, c.totalShares, c.totalAssets);
            row.assets = StakeLib.assetsForDown(c.amount, c.totalShares, c.totalAssets);
            row.activeBond = StakeLib.activeBond(c.stake.bond, c.stake.unbondingBond);
            row.activeDelegations = StakeLib.activeDelegations(c.stake.delegated, c.stake.shares);
            row.countedStake = StakeLib.countedStake(c.stake, c.bondShareBps);
            _stake = c.stake;
            (row.bondWord, row.poolWord, row.lossWord, row.lossInEpoch) = _words();
        }
    }

    function _words() private view returns (uint256 bondWord, uint256 poolWord, uint256 lossWord, uint256 lossInEpoch) {
        assembly ("memory-safe") {
            bondWord := sload(_stake.slot)
            poolWord := sload(add(_stake.slot, 1))
            lossWord := sload(add(_stake.slot, 2))
            lossInEpoch := sload(add(_stake.slot, 3))
        }
    }

    // ---------------------------------------------------------------- freezes
    function freezeAmounts(
        FreezeCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (FreezeRow[] memory rows) {
        rows = new FreezeRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            FreezeCase calldata c = cases[i];
            FreezeRow memory row = rows[i];
            Policy memory policy = policies[c.policy];
            bool terms = c.standardTerms;
            row.severityBps = FreezeLib.severityBps(c.resultWord, c.failed, policy);
            row.wanted = FreezeLib.lossWantedDown(c.stake, terms, row.severityBps, c.wholeStrikes, policy);
            row.amounts = FreezeLib.freezeAmounts(c.stake, row.wanted, terms, c.room, policy, c.nowAt);
        }
    }

    function restoreAmounts(RestoreCase[] calldata cases) external pure returns (RestoreRow[] memory rows) {
        rows = new RestoreRow[](cases.length);
        FreezeRecord memory frozen;
        for (uint256 i; i < cases.length; ++i) {
            RestoreCase calldata c = cases[i];
            (frozen.fromBond, frozen.fromDelegations) = (c.fromBond, c.fromDelegations);
            (frozen.fromUnbonding, frozen.poolShares) = (c.fromUnbonding, c.poolShares);
            (rows[i].toBond, rows[i].toDelegations, rows[i].toUnbonding) = FreezeLib.restoreAmounts(c.stake, frozen);
        }
    }

    /// @dev Answers: capacity, level.
    function bucketLevel(BucketCase[] calldata cases) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            BucketCase calldata c = cases[i];
            uint256 capacity = BucketLib.capacityDown(c.held, c.bucketBps);
            answers[i].first = capacity;
            answers[i].second = BucketLib.levelAt(c.level, c.updatedAt, c.nowAt, capacity, c.bucketPeriod);
        }
    }

    // ---------------------------------------------------------------- fees
    function streams(StreamCase[] calldata cases) external pure returns (StreamRow[] memory rows) {
        rows = new StreamRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            StreamCase calldata c = cases[i];
            StreamRow memory row = rows[i];
            row.streamed = FeeLib.dueDown(c.amount, c.updatedAt, c.endsAt, c.nowAt);
            row.publicShare = FeeLib.publicShareDown(c.assets, c.publicShareBps);
            row.endsAt = FeeLib.endAfter(c.amount - row.streamed, c.endsAt, c.assets, c.nowAt);
            (row.toBond, row.toDelegations, row.toCommons) = FeeLib.split(
                row.streamed,
                c.activeBond,
                c.activeDelegations
            );
            if (row.toDelegations == 0) continue;
            row.toUnbonding = FeeLib.unbondingPartDown(row.toDelegations, c.activeDelegations, c.unbonding);
        }
    }
}
