// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { GateLib } from "../../contracts/libraries/GateLib.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice All gates at once say what each says alone, to the unit.
contract GatesTest is BoardFixture {
    uint256 private constant LANES = 0x0001000100010001000100010001;

    /// @dev A scar of any size raises a bar: it is rounded up, also where the floor is eased to 0.
    function test_TheSmallestScarIsABar() public pure {
        Policy memory policy = _oneFloor(100);
        (policy.scarK, policy.hysteresisBps) = (65_535, 100);
        _isTrue(GateLib.allPass(0, 1, 0, 100, policy), "a bar of 0 gates nothing");
        _same(GateLib.barUp(100, 100, 1, 65_535), 1, "one unit");
        _isTrue(!GateLib.allPass(0, 4_000 * MemoryLib.ITEM, 1, 100, policy), "no rate");
        _isTrue(!GateLib.allPass(LANES, 4_000 * MemoryLib.ITEM, 1, 100, policy), "the bar itself");
    }

    function test_TheLowestFloorIsOne() public pure {
        uint256 mass = 4_000 * MemoryLib.ITEM;
        _isTrue(!GateLib.allPass(0, mass, 0, 0, _oneFloor(1)), "a floor of 1");
        _isTrue(GateLib.allPass(0, mass, 0, 0, _oneFloor(0)), "no floor");
    }

    /// @dev Where the scar moves a bar by a whole number of units, not one more is asked for.
    function test_AWholeBarIsNotRounded() public pure {
        Policy memory policy = _oneFloor(9_000);
        (policy.scarK, policy.passZ2) = (1, 1);
        uint256 scar = MemoryLib.SCAR_ITEM;
        _same(GateLib.barUp(9_000, 0, scar, 1), 47_500, "half way from 45,000 to 50,000");
        // (50,000 − 47,500)²·n ≥ 47,500·2,500 from 19 items on.
        uint256 mass = 19 * MemoryLib.ITEM;
        _isTrue(GateLib.allPass(50_000 * LANES, mass, scar, 0, policy), "19 items");
        _isTrue(!GateLib.allPass(50_000 * LANES, mass - 1, scar, 0, policy), "less than 19 items");
    }

    /// @dev A bar is rounded up for the smallest remainder there is: 5,000·137 = 1,743·393 + 1.
    function test_ABarIsRoundedUpForTheSmallestRemainder() public pure {
        Policy memory policy = _oneFloor(9_000);
        policy.scarK = 1;
        _same(GateLib.barUp(9_000, 0, 137, 1), 45_000 + 1_744, "up");
        uint256 mass = 4_000 * MemoryLib.ITEM;
        policy.passZ2 = 0;
        _isTrue(!GateLib.allPass(46_744 * LANES, mass, 137, 0, policy), "a rate that only equals its bar");
        _isTrue(GateLib.allPass(46_745 * LANES, mass, 137, 0, policy), "a unit above");
    }

    /// @dev Eased by more than itself a floor is none, and no lower.
    function test_AFloorIsEasedToNothingAtMost() public pure {
        _same(GateLib.barUp(50, 100, 0, 1), 0, "no bar");
        _isTrue(GateLib.allPass(0, 0, 0, 100, _oneFloor(50)), "nothing to pass");
    }

    /// @dev A scar raises bars; it does not make one where there is no floor.
    function test_AScarGatesNoFamilyWithoutAFloor() public pure {
        Policy memory policy = _oneFloor(0);
        _isTrue(GateLib.allPass(0, 4_000 * MemoryLib.ITEM, 100 * MemoryLib.SCAR_ITEM, 0, policy), "no floor, no bar");
    }

    /// @dev (25,000 − 20,000)²·n = 4·25,000·25,000 at 100 items.
    function test_JustAsFarBelowTheSlashFloorAsFails() public pure {
        uint256 items = 100 * 10_000;
        _isTrue(GateLib.fails(20_000, 5_000, items, 4), "100 items");
        _isTrue(!GateLib.fails(20_000, 5_000, items - 1, 4), "less than 100 items");
        _isTrue(!GateLib.fails(20_001, 5_000, items, 4), "a unit better");
    }

    function testFuzz_AllAtOnceIsEachAlone(
        uint256 rates,
        uint24 mass,
        uint24 scar,
        uint16 ease,
        uint16 scarK
    ) public pure {
        Policy memory policy = _policy();
        policy.scarK = 1 + uint32(scarK);
        ease %= 1_001;
        for (uint256 family; family < 7; ++family) {
            uint256 lane = 16 * family;
            uint256 rate = 42_000 + (((rates >> lane) & 0xffff) % 8_001);
            rates = (rates & ~(uint256(0xffff) << lane)) | (rate << lane);
        }
        bool all = true;
        for (uint256 family; family < 7; ++family) {
            if (policy.floorsBps[family] == 0) continue;
            uint256 bar = GateLib.barUp(policy.floorsBps[family], ease, scar, policy.scarK);
            uint256 massShare = uint256(mass) * policy.sharesBps[family];
            all = all && GateLib.passes((rates >> (16 * family)) & 0xffff, bar, massShare, policy.passZ2);
        }
        _isTrue(GateLib.allPass(rates, mass, scar, ease, policy) == all, "as each alone");
    }

    /// @dev Nothing but the first family is gated, and every item is its own.
    function _oneFloor(uint16 floor) private pure returns (Policy memory policy) {
        policy = _policy();
        policy.floorsBps = [floor, 0, 0, 0, 0, 0, 0];
        policy.sharesBps[0] = 10_000;
    }
}
