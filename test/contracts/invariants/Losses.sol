// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { AssayFixture } from "../AssayFixture.sol";
import { Breaches } from "./Breaches.sol";
import { StakeWords, VaultFold } from "./VaultFold.sol";

/// @title Losses: INV-04, watched at every freeze
/// @notice Each freeze stays within the cap of its model's loss epoch and within the bucket, by sums kept here.
abstract contract Losses is AssayFixture, VaultFold, Breaches {
    uint256 private constant BPS = 10_000;
    uint256 private constant HALF = (1 << 96) - 1;

    struct Taking {
        uint256 takenAt;
        uint256 amount;
        uint256 capacity;
        uint256 period;
    }

    Taking[] private _takings;

    function _noteTaken(FreezeRecord memory frozen, uint256 taken, StakeWords memory before) internal override {
        Policy memory policy = DataCode.readPolicy(frozen.policyPointer);
        uint256 capacity = (token.balanceOf(address(vault)) * policy.bucketBps) / BPS;
        _checkCap(frozen, taken, before, policy);
        _checkBucket(taken, capacity, policy.bucketPeriod);
        _takings.push(
            Taking({ takenAt: block.timestamp, amount: taken, capacity: capacity, period: policy.bucketPeriod })
        );
        _checkWindow();
    }

    // ---------------------------------------------------------------- cap
    /// @dev No more is lost in a loss epoch than the cap's share of what was there to be lost in it. What was given back in between may be taken again.
    function _checkCap(
        FreezeRecord memory frozen,
        uint256 taken,
        StakeWords memory before,
        Policy memory policy
    ) private {
        StakeWords memory left = _foldedStake[frozen.modelId];
        bool restarted = left.lossWord >> 200 != before.lossWord >> 200;
        uint256 lostBefore = restarted ? 0 : before.lossInEpoch;
        if (left.lossInEpoch != lostBefore + taken) _breach(4, "a loss that the loss epoch does not know");
        uint256 liable = left.bondWord & HALF;
        if (frozen.standardLane) liable += (left.poolWord & HALF) + (left.lossWord & HALF);
        else if (frozen.fromDelegations + frozen.fromUnbonding != 0) _breach(4, "delegators lost in an experiment");
        uint256 capBps = frozen.standardLane ? policy.lossCapBps : policy.experimentalLossCapBps;
        if (left.lossInEpoch * BPS > (liable + left.lossInEpoch) * capBps) _breach(4, "loss above its cap");
    }

    // ---------------------------------------------------------------- bucket
    /// @dev What was in the bucket has leaked since; what was taken had room in it.
    function _checkBucket(uint256 taken, uint256 capacity, uint256 period) private {
        uint256 leaked = (capacity * (block.timestamp - _bucketBefore.updatedAt)) / period;
        uint256 level = _bucketBefore.level > leaked ? _bucketBefore.level - leaked : 0;
        if (_foldedBucket.level != level + taken) _breach(4, "a freeze that the bucket does not know");
        if (level + taken > capacity) _breach(4, "freezes above the bucket");
    }

    /// @dev In a period before now: at most a full bucket, and what leaked out of it meanwhile.
    function _checkWindow() private {
        uint256 period = _takings[_takings.length - 1].period;
        (uint256 sum, uint256 capacity) = (0, 0);
        for (uint256 i = _takings.length; i != 0; --i) {
            Taking memory taking = _takings[i - 1];
            // Another policy counts in another time.
            if (taking.period != period || taking.takenAt + period <= block.timestamp) break;
            sum += taking.amount;
            if (taking.capacity > capacity) capacity = taking.capacity;
        }
        if (sum > 2 * capacity) _breach(4, "freezes of a period above twice the bucket");
    }
}
