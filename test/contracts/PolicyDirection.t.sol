// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { GateLib } from "../../contracts/libraries/GateLib.sol";
import { PolicyField } from "../../contracts/libraries/PolicyField.sol";
import { BoardFixture } from "./BoardFixture.sol";

contract PolicyDirectionTest is BoardFixture {
    /// @dev One letter a field in struct order: what raising it does. T tightens, L loosens, B both; lowering does the opposite.
    bytes private constant RAISING =
        "TTBB" // floorsBps slashFloorsBps sharesBps weights
        "TBBBBTLBLLTTTTL" // massMin massCap massFull roundsFull itemsCap minRounds maxAge halfLife hysteresisBps scarK retry hard cap passZ2 failZ2
        "TTBBTTLBBB" // bondMin bondShareBps committeeSize quorum lossBase lossCap lossEpoch freezeWindow halfSaturation suiteHash
        "TTTLTBBB" // experimentalBondMin its loss cap bucketBps bucketPeriod breakerBps shards slots lotteryBps
        "TBTTBB"; // evaluationPrice evaluationFee publicShareBps evaluatorBondMin disputeDeposit arbitrator

    uint256 private constant FIELDS = 43;

    struct Gate {
        uint256 floor;
        uint256 ease;
        uint256 scarK;
        uint256 z2;
    }

    struct Record {
        uint256 rate;
        uint256 massShare;
        uint256 scar;
    }

    function test_TheFieldsAreBitsInStructOrder() public pure {
        uint256[FIELDS] memory bits = [
            PolicyField.FLOORS_BPS,
            PolicyField.SLASH_FLOORS_BPS,
            PolicyField.SHARES_BPS,
            PolicyField.WEIGHTS,
            PolicyField.MASS_MIN,
            PolicyField.MASS_CAP,
            PolicyField.MASS_FULL,
            PolicyField.ROUNDS_FULL,
            PolicyField.ITEMS_CAP,
            PolicyField.MIN_ROUNDS,
            PolicyField.MAX_AGE,
            PolicyField.HALF_LIFE,
            PolicyField.HYSTERESIS_BPS,
            PolicyField.SCAR_K,
            PolicyField.RETRY_SCAR,
            PolicyField.HARD_FAILURE_SCAR,
            PolicyField.SCAR_CAP,
            PolicyField.PASS_Z2,
            PolicyField.FAIL_Z2,
            PolicyField.BOND_MIN,
            PolicyField.BOND_SHARE_BPS,
            PolicyField.COMMITTEE_SIZE,
            PolicyField.QUORUM,
            PolicyField.LOSS_BASE_BPS,
            PolicyField.LOSS_CAP_BPS,
            PolicyField.LOSS_EPOCH,
            PolicyField.FREEZE_WINDOW,
            PolicyField.HALF_SATURATION,
            PolicyField.SUITE_HASH,
            PolicyField.EXPERIMENTAL_BOND_MIN,
            PolicyField.EXPERIMENTAL_LOSS_CAP_BPS,
            PolicyField.BUCKET_BPS,
            PolicyField.BUCKET_PERIOD,
            PolicyField.BREAKER_BPS,
            PolicyField.SHARDS,
            PolicyField.SLOTS,
            PolicyField.LOTTERY_BPS,
            PolicyField.EVALUATION_PRICE,
            PolicyField.EVALUATION_FEE,
            PolicyField.PUBLIC_SHARE_BPS,
            PolicyField.EVALUATOR_BOND_MIN,
            PolicyField.DISPUTE_DEPOSIT,
            PolicyField.ARBITRATOR
        ];
        for (uint256 field; field < FIELDS; ++field) _same(bits[field], 1 << field, "a bit of its own");
    }

    /// @dev Any field, any two values of its type, everything else random but the same.
    function testFuzz_EveryFieldIsClassifiedAsInTheTable(
        Policy memory same,
        uint256 field,
        uint256 family,
        uint256 left,
        uint256 right
    ) public view {
        field %= FIELDS;
        uint256 word = field < 4 ? 7 * field + (family % 7) : field + 24;
        uint256 width = _bits(field);
        (left, right) = (left >> (256 - width), right >> (256 - width));
        // As many values next to each other as far apart.
        if (family & 0x80 != 0) right = left ^ 1;
        (uint256 tightening, uint256 loosening) = board.directionOf(_with(same, word, left), _with(same, word, right));
        (uint256 tightens, uint256 loosens) = _expected(field, left, right);
        _same(tightening, tightens << field, "tightening");
        _same(loosening, loosens << field, "loosening");
    }

    /// @dev The same for every field in turn, so that none depends on the luck of the draw.
    function test_EveryFieldIsClassifiedAsInTheTable() public view {
        _same(RAISING.length, FIELDS, "a letter a field");
        for (uint256 field; field < FIELDS; ++field) {
            uint256 word = field < 4 ? 7 * field + 6 : field + 24;
            _classified(field, word, 5, 6);
            _classified(field, word, 6, 5);
            _classified(field, word, 0, (1 << _bits(field)) - 1);
            _classified(field, word, 6, 6);
        }
    }

    /// @dev The bits are where the events say they are.
    function test_BitsAreInStructOrder() public view {
        Policy memory next = _policy();
        next.floorsBps[0] += 1;
        _changed(next, PolicyField.FLOORS_BPS, 0);
        next = _policy();
        next.weights[3] += 1;
        _changed(next, PolicyField.WEIGHTS, PolicyField.WEIGHTS);
        next = _policy();
        next.massMin -= 1;
        _changed(next, 0, PolicyField.MASS_MIN);
        next = _policy();
        next.failZ2 -= 1;
        _changed(next, PolicyField.FAIL_Z2, 0);
        next = _policy();
        next.suiteHash = keccak256("other");
        _changed(next, PolicyField.SUITE_HASH, PolicyField.SUITE_HASH);
        next = _policy();
        next.experimentalBondMin -= 1;
        _changed(next, 0, PolicyField.EXPERIMENTAL_BOND_MIN);
        next = _policy();
        next.evaluatorBondMin += 1;
        _changed(next, PolicyField.EVALUATOR_BOND_MIN, 0);
        next = _policy();
        next.arbitrator = stranger;
        _changed(next, PolicyField.ARBITRATOR, PolicyField.ARBITRATOR);
    }

    /// @dev One family's floor up, another's down: the array is in both.
    function test_AnArrayCanDoBoth() public view {
        Policy memory next = _policy();
        next.floorsBps[0] += 1;
        next.floorsBps[1] -= 1;
        _changed(next, PolicyField.FLOORS_BPS, PolicyField.FLOORS_BPS);
    }

    function testFuzz_TheWayBackIsTheOpposite(Policy memory left, Policy memory right) public view {
        (uint256 tightening, uint256 loosening) = board.directionOf(left, right);
        (uint256 backTightening, uint256 backLoosening) = board.directionOf(right, left);
        _same(tightening, backLoosening, "tightening");
        _same(loosening, backTightening, "loosening");
    }

    /// @dev Nothing to announce exactly when nothing changes, so that no change is ever refused as none, nor the other way round.
    function testFuzz_NoDirectionMeansNoChange(Policy memory left, Policy memory right) public view {
        (uint256 tightening, uint256 loosening) = board.directionOf(left, right);
        bool changed = keccak256(abi.encode(left)) != keccak256(abi.encode(right));
        _isTrue((tightening | loosening != 0) == changed, "changed");
        (tightening, loosening) = board.directionOf(left, left);
        _same(tightening | loosening, 0, "the same");
    }

    // ---------------------------------------------------------------- the table is true of the gates
    /// @dev Whoever passes a gate passes it after any change that the table calls loosening.
    function testFuzz_LooseningRefusesNobody(
        Gate memory gate,
        Gate memory by,
        uint16 rate,
        uint32 massShare,
        uint16 scar
    ) public pure {
        Record memory self = Record({ rate: 45_000 + (rate % 5_001), massShare: uint256(massShare) << 6, scar: scar });
        (gate.floor, gate.ease) = (gate.floor % 9_901, gate.ease % 1_001);
        (gate.scarK, gate.z2) = (1 + (gate.scarK % 65_535), 1 + (gate.z2 % 100));
        if (!_passes(self, gate)) return;

        (uint256 floor, uint256 ease, uint256 scarK, uint256 z2) = (gate.floor, gate.ease, gate.scarK, gate.z2);
        gate.floor = by.floor % (floor + 1);
        _isTrue(_passes(self, gate), "a lower floor");
        (gate.floor, gate.ease) = (floor, ease + (by.ease % 1_001));
        _isTrue(_passes(self, gate), "more hysteresis");
        (gate.ease, gate.scarK) = (ease, scarK + (by.scarK % 65_535));
        _isTrue(_passes(self, gate), "a larger K");
        (gate.scarK, gate.z2) = (scarK, 1 + (by.z2 % z2));
        _isTrue(_passes(self, gate), "a smaller z");
    }

    /// @dev Whoever does not fail a round does not fail it after any change that the table calls loosening.
    function testFuzz_LooseningFailsNobody(
        uint16 score,
        uint16[2] memory slashFloors,
        uint8[2] memory z2s,
        uint32 items
    ) public pure {
        uint256 slashFloor = slashFloors[0] % 9_900;
        uint256 z2 = 4 + (z2s[0] % 97);
        uint256 itemsShare = uint256(items) % (65_535 * 10_000);
        uint256 scored = score % 50_001;
        if (GateLib.fails(scored, slashFloor, itemsShare, z2)) return;
        _isTrue(!GateLib.fails(scored, slashFloors[1] % (slashFloor + 1), itemsShare, z2), "a lower slash floor");
        _isTrue(!GateLib.fails(scored, slashFloor, itemsShare, z2 + z2s[1]), "a larger z");
    }

    function _passes(Record memory self, Gate memory gate) private pure returns (bool) {
        // A floor of 0 gates nothing.
        if (gate.floor == 0) return true;
        uint256 bar = GateLib.barUp(gate.floor, gate.ease, self.scar, gate.scarK);
        return GateLib.passes(self.rate, bar, self.massShare, gate.z2);
    }

    // ---------------------------------------------------------------- words
    function _classified(uint256 field, uint256 word, uint256 left, uint256 right) private view {
        (uint256 tightening, uint256 loosening) = board.directionOf(
            _with(_policy(), word, left),
            _with(_policy(), word, right)
        );
        (uint256 tightens, uint256 loosens) = _expected(field, left, right);
        _same(tightening, tightens << field, "tightening");
        _same(loosening, loosens << field, "loosening");
    }

    /// @return tightens 1 or 0.
    /// @return loosens 1 or 0.
    function _expected(
        uint256 field,
        uint256 left,
        uint256 right
    ) private pure returns (uint256 tightens, uint256 loosens) {
        if (left == right) return (0, 0);
        if (RAISING[field] == "B") return (1, 1);
        bool tighter = (RAISING[field] == "T") == (right > left);
        return tighter ? (1, 0) : (0, 1);
    }

    function _changed(Policy memory next, uint256 tightens, uint256 loosens) private view {
        (uint256 tightening, uint256 loosening) = board.directionOf(_policy(), next);
        _same(tightening, tightens, "tightening");
        _same(loosening, loosens, "loosening");
    }

    /// @dev A copy in which one word of the encoding is another.
    function _with(Policy memory policy, uint256 word, uint256 value) private pure returns (Policy memory) {
        uint256[67] memory words = abi.decode(abi.encode(policy), (uint256[67]));
        words[word] = value;
        return abi.decode(abi.encode(words), (Policy));
    }

    /// @dev Width of a field's type.
    function _bits(uint256 field) private pure returns (uint256) {
        if (field < 4) return 16;
        if (field == 28) return 255;
        if (field == 42) return 160;
        bool isAmount = field == 19 || field == 27 || field == 29 || field == 37 || field == 38;
        return isAmount || field == 40 || field == 41 ? 96 : 32;
    }
}
