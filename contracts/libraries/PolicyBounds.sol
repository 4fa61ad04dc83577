// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IPolicyBoard, Policy } from "../interfaces/IPolicyBoard.sol";

/// @title PolicyBounds: what no owner of the standards can leave
/// @notice Constants, so that nobody has to trust whoever owns the board with more than this. The libraries rely on them for their
/// unchecked arithmetic. Amounts of tokens are bounded by their 96 bits: products with bps, counts or each other fit a word.
library PolicyBounds {
    /// @dev A floor above this could not be passed with any evidence that a committee can gather in reasonable time.
    uint256 internal constant FLOOR_MAX_BPS = 9_900;
    uint256 internal constant LOSS_CAP_MAX_BPS = 3_000;
    uint256 internal constant HYSTERESIS_MAX_BPS = 1_000;
    uint256 internal constant BPS = 10_000;
    /// @dev 12 bits of whole items in a memory word.
    uint256 internal constant MASS_MAX = 4_095;
    /// @dev 16 bits of items in a result word.
    uint256 internal constant ITEMS_MAX = 65_535;
    /// @dev 8 bits of rounds in a memory word.
    uint256 internal constant ROUNDS_MAX = 255;
    /// @dev Whole items of scar in a memory word.
    uint256 internal constant SCAR_MAX = 65_535;
    uint256 internal constant AGE_MAX = 90 days;
    uint256 internal constant HALF_LIFE_MIN = 64;
    uint256 internal constant HALF_LIFE_MAX = 64 * 31 days;
    uint256 internal constant PASS_Z2_MIN = 1;
    /// @dev Two standard errors: nobody is slashed on less.
    uint256 internal constant FAIL_Z2_MIN = 4;
    uint256 internal constant Z2_MAX = 100;
    uint256 internal constant COMMITTEE_MAX = 15;
    /// @dev Members of all committees of a round together: whoever needs them all looks at this many at most.
    uint256 internal constant MEMBERS_MAX = 48;
    /// @dev Versions of a round, as many as three committees can report on; a committee's batch holds 64.
    uint256 internal constant SLOTS_MAX = 192;
    uint256 internal constant SLOTS_PER_SHARD = 64;
    /// @dev Experiments always have a fifth of the slots, whatever the standard lane could pay for them.
    uint256 internal constant LOTTERY_MIN_BPS = 2_000;
    /// @dev At least half of the usage fees belong to the model's stakers.
    uint256 internal constant PUBLIC_SHARE_MAX_BPS = 5_000;
    /// @dev With the 13 epochs of a dispute, a day each at most, as long as a freeze may hold withdrawals (21 days): stake that is given back finds those
    /// it was taken from.
    uint256 internal constant FREEZE_WINDOW_MAX = 8 days;
    uint256 internal constant LOSS_EPOCH_MAX = 90 days;
    uint256 internal constant BUCKET_PERIOD_MAX = 90 days;
    /// @dev Epochs. Whoever is frozen has time to hear of it and to appeal; a shorter loss epoch or bucket period would let every round take as much as one may.
    uint256 internal constant FREEZE_WINDOW_MIN_EPOCHS = 2;
    uint256 internal constant LOSS_EPOCH_MIN_EPOCHS = 1;
    uint256 internal constant BUCKET_PERIOD_MIN_EPOCHS = 1;
    /// @dev Fees of a second committee: whoever calls one puts up what its work is worth.
    uint256 internal constant DEPOSIT_MIN_FEES = 15;

    /// @notice Reverts with PolicyFieldOutOfBounds at the first field that lies outside its bounds.
    function check(Policy memory policy) internal pure {
        _checkFamilies(policy);
        _checkEvidence(policy);
        _checkTests(policy);
        _checkCommittee(policy);
        _checkSlots(policy);
        _checkLosses(policy);
        _checkSafeguards(policy);
        _atMost("publicShareBps", policy.publicShareBps, PUBLIC_SHARE_MAX_BPS);
        _atLeast("disputeDeposit", policy.disputeDeposit, DEPOSIT_MIN_FEES * policy.evaluationFee);
        _atLeast("suiteHash", uint256(policy.suiteHash), 1);
    }

    /// @notice The same for the times that protect by being longer than rounds are: known once the board has a record.
    /// @param epochLength Seconds.
    function checkTimes(Policy memory policy, uint256 epochLength) internal pure {
        _atLeast("freezeWindow", policy.freezeWindow, FREEZE_WINDOW_MIN_EPOCHS * epochLength);
        _atLeast("lossEpoch", policy.lossEpoch, LOSS_EPOCH_MIN_EPOCHS * epochLength);
        _atLeast("bucketPeriod", policy.bucketPeriod, BUCKET_PERIOD_MIN_EPOCHS * epochLength);
    }

    function _checkFamilies(Policy memory policy) private pure {
        uint256 weights;
        for (uint256 family; family < 7; ++family) {
            uint256 floor = policy.floorsBps[family];
            _atMost("floorsBps", floor, FLOOR_MAX_BPS);
            // Below the floor, or 0: what would fail a round must be far from what admits.
            _atMost("slashFloorsBps", policy.slashFloorsBps[family], floor == 0 ? 0 : floor - 1);
            _atMost("sharesBps", policy.sharesBps[family], BPS);
            if (floor != 0) _atLeast("sharesBps", policy.sharesBps[family], 1);
            if (floor == 0) _atMost("weights", policy.weights[family], 0);
            weights += policy.weights[family];
        }
        // Only gated families have a weight, so this also refuses standards that gate nothing.
        _atLeast("weights", weights, 1);
    }

    function _checkEvidence(Policy memory policy) private pure {
        _between("massCap", policy.massCap, 1, MASS_MAX);
        _between("massMin", policy.massMin, 1, policy.massCap);
        _between("massFull", policy.massFull, 1, MASS_MAX);
        _between("roundsFull", policy.roundsFull, 1, ROUNDS_MAX);
        _between("itemsCap", policy.itemsCap, 1, ITEMS_MAX);
        _between("minRounds", policy.minRounds, 1, ROUNDS_MAX);
        _between("maxAge", policy.maxAge, 1, AGE_MAX);
        _between("halfLife", policy.halfLife, HALF_LIFE_MIN, HALF_LIFE_MAX);
        require(
            policy.halfLife % HALF_LIFE_MIN == 0,
            IPolicyBoard.PolicyFieldOutOfBounds("halfLife", policy.halfLife, HALF_LIFE_MIN)
        );
    }

    function _checkTests(Policy memory policy) private pure {
        _atMost("hysteresisBps", policy.hysteresisBps, HYSTERESIS_MAX_BPS);
        _between("scarK", policy.scarK, 1, SCAR_MAX);
        _atMost("retryScar", policy.retryScar, SCAR_MAX);
        _atMost("hardFailureScar", policy.hardFailureScar, SCAR_MAX);
        _atMost("scarCap", policy.scarCap, SCAR_MAX);
        _between("passZ2", policy.passZ2, PASS_Z2_MIN, Z2_MAX);
        _between("failZ2", policy.failZ2, FAIL_Z2_MIN, Z2_MAX);
    }

    function _checkCommittee(Policy memory policy) private pure {
        _between("committeeSize", policy.committeeSize, 1, COMMITTEE_MAX);
        // More than half, so that no two disjoint groups can both speak for a committee.
        _between("quorum", policy.quorum, policy.committeeSize / 2 + 1, policy.committeeSize);
        _between("shards", policy.shards, 1, MEMBERS_MAX / policy.committeeSize);
    }

    function _checkSlots(Policy memory policy) private pure {
        _between("slots", policy.slots, 1, Math.min(SLOTS_MAX, SLOTS_PER_SHARD * policy.shards));
        _between("lotteryBps", policy.lotteryBps, LOTTERY_MIN_BPS, BPS);
    }

    function _checkLosses(Policy memory policy) private pure {
        _atMost("bondShareBps", policy.bondShareBps, BPS);
        _atMost("lossCapBps", policy.lossCapBps, LOSS_CAP_MAX_BPS);
        _atMost("lossBaseBps", policy.lossBaseBps, policy.lossCapBps);
        _between("lossEpoch", policy.lossEpoch, 1, LOSS_EPOCH_MAX);
        _between("freezeWindow", policy.freezeWindow, 1, FREEZE_WINDOW_MAX);
        _atLeast("halfSaturation", policy.halfSaturation, 1);
        // An experiment is never dearer than the real thing.
        _atMost("experimentalBondMin", policy.experimentalBondMin, policy.bondMin);
        _between("experimentalLossCapBps", policy.experimentalLossCapBps, 1, LOSS_CAP_MAX_BPS);
    }

    /// @dev What stands between many failing results and much lost stake. The bucket cannot be taken away, nor closed for good.
    function _checkSafeguards(Policy memory policy) private pure {
        _between("bucketBps", policy.bucketBps, 1, LOSS_CAP_MAX_BPS);
        _between("bucketPeriod", policy.bucketPeriod, 1, BUCKET_PERIOD_MAX);
        _between("breakerBps", policy.breakerBps, 1, BPS);
    }

    function _between(string memory field, uint256 value, uint256 lower, uint256 upper) private pure {
        _atLeast(field, value, lower);
        _atMost(field, value, upper);
    }

    function _atLeast(string memory field, uint256 value, uint256 bound) private pure {
        require(value >= bound, IPolicyBoard.PolicyFieldOutOfBounds(field, value, bound));
    }

    function _atMost(string memory field, uint256 value, uint256 bound) private pure {
        require(value <= bound, IPolicyBoard.PolicyFieldOutOfBounds(field, value, bound));
    }
}
