// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../interfaces/IPolicyBoard.sol";
import { PolicyField } from "./PolicyField.sol";

/// @title PolicyDirectionLib: what a change of the standards does to those who live under them
/// @notice A change tightens if it could turn an admitted version into a refused one, make somebody lose more or sooner, or cost somebody more.
/// Where that cannot be said of a field in general, every change of it counts as both, and so needs the long notice.
///
/// Raising it tightens, lowering it loosens:
///
/// | field | because more of it |
/// | --- | --- |
/// | floorsBps | is a higher bar; from 0: one more bar |
/// | slashFloorsBps | fails more rounds, and the same score by more; from 0: one more family that can fail |
/// | massMin, minRounds | asks for more evidence |
/// | retryScar, hardFailureScar, scarCap | leaves more scar, which raises every bar |
/// | passZ2 | asks for more confidence with the same record |
/// | bondMin, bondShareBps, experimentalBondMin, evaluatorBondMin | binds more money, and shuts out who has less |
/// | lossBaseBps, lossCapBps, experimentalLossCapBps | is a larger loss |
/// | bucketBps | lets more stake be frozen at a time |
/// | breakerBps | lets a batch freeze that a second committee had to confirm before |
/// | evaluationPrice, publicShareBps | is paid by owners, and by the stakers of models in use |
///
/// Lowering it tightens, raising it loosens:
///
/// | field | because less of it |
/// | --- | --- |
/// | maxAge | lets results expire sooner |
/// | hysteresisBps | raises the bars of whoever is admitted |
/// | scarK | lets the same scar raise the bars further |
/// | failZ2 | fails a round on less confidence |
/// | lossEpoch, bucketPeriod | allows the same loss more often |
///
/// Both, whichever way it moves:
///
/// | field | because |
/// | --- | --- |
/// | suiteHash | other probes are another measure |
/// | sharesBps, itemsCap | more counted items prove a good rate and a bad one alike |
/// | massCap, halfLife | a longer memory keeps good records and bad ones alike |
/// | weights, massFull, roundsFull, halfSaturation | usage is shared out: what one model's weight gains, the others' lose |
/// | committeeSize, quorum, shards | more signers: harder to deceive, and harder to reach before results expire |
/// | slots, lotteryBps | who is measured: more often is dearer and riskier, more rarely lets admissions expire |
/// | freezeWindow | shorter: stake is lost sooner; longer: withdrawals are held longer |
/// | evaluationFee | what the fund pays is what evaluators earn |
/// | disputeDeposit | higher: dearer to be heard; lower: cheaper to make others answer |
/// | arbitrator | somebody else decides |
library PolicyDirectionLib {
    uint256 private constant RAISING_TIGHTENS =
        PolicyField.FLOORS_BPS |
            PolicyField.SLASH_FLOORS_BPS |
            PolicyField.MASS_MIN |
            PolicyField.MIN_ROUNDS |
            PolicyField.RETRY_SCAR |
            PolicyField.HARD_FAILURE_SCAR |
            PolicyField.SCAR_CAP |
            PolicyField.PASS_Z2 |
            PolicyField.BOND_MIN |
            PolicyField.BOND_SHARE_BPS |
            PolicyField.EXPERIMENTAL_BOND_MIN |
            PolicyField.EVALUATOR_BOND_MIN |
            PolicyField.LOSS_BASE_BPS |
            PolicyField.LOSS_CAP_BPS |
            PolicyField.EXPERIMENTAL_LOSS_CAP_BPS |
            PolicyField.BUCKET_BPS |
            PolicyField.BREAKER_BPS |
            PolicyField.EVALUATION_PRICE |
            PolicyField.PUBLIC_SHARE_BPS;

    uint256 private constant LOWERING_TIGHTENS =
        PolicyField.MAX_AGE |
            PolicyField.HYSTERESIS_BPS |
            PolicyField.SCAR_K |
            PolicyField.FAIL_Z2 |
            PolicyField.LOSS_EPOCH |
            PolicyField.BUCKET_PERIOD;

    /// @dev The fields of neither list, so that a new field needs the long notice until somebody has thought about it.
    uint256 private constant NO_DIRECTION = ~(RAISING_TIGHTENS | LOWERING_TIGHTENS);

    /// @dev abi.encode(Policy) is 67 words: four arrays of seven, then 39 fields of a word.
    uint256 private constant ARRAYS = 4;
    uint256 private constant ARRAY_WORDS = ARRAYS * 7;

    /// @notice Bitmaps (see PolicyField) of what a change tightens and loosens; both 0 exactly when nothing changes.
    function directionOf(
        Policy memory from,
        Policy memory to
    ) internal pure returns (uint256 tightening, uint256 loosening) {
        (uint256 raised, uint256 lowered) = _moved(_words(from), _words(to));
        uint256 unclear = (raised | lowered) & NO_DIRECTION;
        tightening = (raised & RAISING_TIGHTENS) | (lowered & LOWERING_TIGHTENS) | unclear;
        loosening = (lowered & RAISING_TIGHTENS) | (raised & LOWERING_TIGHTENS) | unclear;
    }

    /// @dev An array can be in both: one family raised, another lowered. Hashes and addresses are compared as numbers; any change of them is unclear.
    function _moved(
        uint256[67] memory from,
        uint256[67] memory to
    ) private pure returns (uint256 raised, uint256 lowered) {
        for (uint256 word; word < from.length; ++word) {
            if (to[word] == from[word]) continue;
            uint256 field = 1 << (word < ARRAY_WORDS ? word / 7 : word - ARRAY_WORDS + ARRAYS);
            if (to[word] > from[word]) raised |= field;
            else lowered |= field;
        }
    }

    function _words(Policy memory policy) private pure returns (uint256[67] memory) {
        return abi.decode(abi.encode(policy), (uint256[67]));
    }
}
