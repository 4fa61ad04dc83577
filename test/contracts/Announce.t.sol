// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { TimelockController } from "@openzeppelin/contracts/governance/TimelockController.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyField } from "../../contracts/libraries/PolicyField.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm } from "./Vm.sol";

contract AnnounceTest is BoardFixture {
    uint256[] private _froms;
    uint256[] private _ids;

    // ---------------------------------------------------------------- the first
    function test_Announce_TheFirstIsInForceAtOnce() public {
        _expectEvent();
        emit IPolicyBoard.PolicyAnnounced(1, _created(1), block.timestamp, 0, 0, _policy());
        _same(board.announcePolicy(_policy()), 1, "id");
        _inForce(1);
        _nonePending();
        _same(board.policyCount(), 1, "count");
        _same(board.policyPointer(1), _created(1), "pointer");
        _same(board.policy(1), _policy(), "field by field");
        bytes memory code = abi.encodePacked(hex"00", abi.encode(_policy()));
        _same(keccak256(board.policyPointer(1).code), keccak256(code), "a zero byte, then the encoding");
        _same(board.policyAt(1 << 48), 1, "at any later time too");
    }

    function test_RevertWhen_ThereIsNoPolicyYet() public {
        _expectUnknownPolicy(0);
        board.currentPolicyId();
        _expectUnknownPolicy(0);
        board.policyInForce();
        _expectUnknownPolicy(0);
        board.standing();
        _expectUnknownPolicy(0);
        board.sealSeats();
        _expect(abi.encodeWithSelector(IPolicyBoard.NoPolicyAt.selector, block.timestamp));
        board.policyAt(block.timestamp);
        _nonePending();
    }

    function test_RevertWhen_PolicyUnknown() public {
        board.announcePolicy(_policy());
        _expectUnknownPolicy(2);
        board.policy(2);
        _expectUnknownPolicy(0);
        board.policyPointer(0);
    }

    // ---------------------------------------------------------------- notice
    function test_Announce_Tightening() public {
        board.announcePolicy(_policy());
        uint256 from = block.timestamp + TIGHTENING_NOTICE;
        _expectEvent();
        emit IPolicyBoard.PolicyAnnounced(2, _created(2), from, PolicyField.MIN_ROUNDS, 0, _tighter());
        _same(board.announcePolicy(_tighter()), 2, "id");
        _pending(2, from);
        _takesEffectAt(from);
    }

    function test_Announce_Loosening() public {
        board.announcePolicy(_policy());
        uint256 from = block.timestamp + LOOSENING_NOTICE;
        _expectEvent();
        emit IPolicyBoard.PolicyAnnounced(2, _created(2), from, 0, PolicyField.MIN_ROUNDS, _looser());
        board.announcePolicy(_looser());
        _pending(2, from);
        _takesEffectAt(from);
    }

    /// @dev One field that tightens is enough, whatever else loosens.
    function test_Announce_Both() public {
        board.announcePolicy(_policy());
        Policy memory next = _looser();
        ++next.massMin;
        uint256 from = block.timestamp + TIGHTENING_NOTICE;
        _expectEvent();
        emit IPolicyBoard.PolicyAnnounced(2, _created(2), from, PolicyField.MASS_MIN, PolicyField.MIN_ROUNDS, next);
        board.announcePolicy(next);
        _takesEffectAt(from);
    }

    /// @dev Invariant 8: whatever tightens, and whenever one looks, it is not in force a second before its notice has run.
    function testFuzz_TighteningNeverTakesEffectBeforeItsNotice(
        uint16[7] memory floors,
        uint8 minRounds,
        uint32 maxAge,
        uint16 lossCap,
        bool otherArbitrator,
        uint32 waited
    ) public {
        board.announcePolicy(_policy());
        uint256 announcedAt = block.timestamp;
        Policy memory next = _policy();
        for (uint256 family; family < 7; ++family) {
            uint256 floor = next.floorsBps[family];
            if (floor != 0) next.floorsBps[family] = uint16(floor - 500 + (floors[family] % 700));
        }
        next.minRounds = 1 + (minRounds % 6);
        next.maxAge = 1 + (maxAge % 28 days);
        next.lossCapBps = 500 + (lossCap % 1_000);
        if (otherArbitrator) next.arbitrator = stranger;
        (uint256 tightening, ) = board.directionOf(_policy(), next);
        vm.assume(tightening != 0);

        board.announcePolicy(next);
        vm.warp(announcedAt + (waited % TIGHTENING_NOTICE));
        _inForce(1);
        vm.warp(announcedAt + TIGHTENING_NOTICE - 1);
        _inForce(1);
        vm.warp(announcedAt + TIGHTENING_NOTICE);
        _inForce(2);
        _same(board.policyAt(announcedAt + TIGHTENING_NOTICE - 1), 1, "nor is it afterwards said to have been");
    }

    /// @dev Nor can the notice be shortened in steps: by taking back, by announcing again, or by a looser one in between.
    function test_TighteningNeverTakesEffectBeforeItsNotice() public {
        board.announcePolicy(_policy());
        board.announcePolicy(_looser());
        vm.warp(block.timestamp + LOOSENING_NOTICE - 1);
        board.withdrawPolicy();
        uint256 announcedAt = block.timestamp;
        board.announcePolicy(_tighter());
        vm.warp(announcedAt + LOOSENING_NOTICE);
        _inForce(1);
        vm.warp(announcedAt + TIGHTENING_NOTICE - 1);
        _inForce(1);
        vm.warp(announcedAt + TIGHTENING_NOTICE);
        _inForce(3);

        // Back to the first, which is looser than the third, and on to the tighter one: compared with what is in force, not with what once was.
        _same(_setPolicy(_policy()), 4, "three days later");
        announcedAt = block.timestamp;
        board.announcePolicy(_tighter());
        vm.warp(announcedAt + TIGHTENING_NOTICE - 1);
        _inForce(4);
    }

    // ---------------------------------------------------------------- one at a time
    function test_RevertWhen_PolicyPending() public {
        board.announcePolicy(_policy());
        board.announcePolicy(_tighter());
        uint256 from = block.timestamp + TIGHTENING_NOTICE;
        bytes memory reason = abi.encodeWithSelector(IPolicyBoard.PolicyPending.selector, 2, from);
        _expect(reason);
        board.announcePolicy(_looser());
        vm.warp(from - 1);
        _expect(reason);
        board.announcePolicy(_looser());
        vm.warp(from);
        _same(board.announcePolicy(_looser()), 3, "the one before is in force");
        _inForce(2);
    }

    function test_RevertWhen_PolicyUnchanged() public {
        board.announcePolicy(_policy());
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyUnchanged.selector, 1));
        board.announcePolicy(_policy());
        // Also if no announcement has come after the policy in force.
        _setPolicy(_looser());
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyUnchanged.selector, 2));
        board.announcePolicy(_looser());
        _same(board.announcePolicy(_policy()), 3, "an earlier one is a change");
    }

    function test_RevertWhen_NotBoardOwner() public {
        _expectNotOwner();
        board.announcePolicy(_policy());
        board.announcePolicy(_policy());
        board.announcePolicy(_tighter());
        _expectNotOwner();
        board.withdrawPolicy();
    }

    // ---------------------------------------------------------------- withdraw
    function test_Withdraw() public {
        board.announcePolicy(_policy());
        board.announcePolicy(_tighter());
        vm.warp(block.timestamp + TIGHTENING_NOTICE - 1);
        _expectEvent();
        emit IPolicyBoard.PolicyWithdrawn(2);
        board.withdrawPolicy();
        _nonePending();
        vm.warp(block.timestamp + TIGHTENING_NOTICE);
        _inForce(1);
        _same(board.policyAt(block.timestamp), 1, "at any later time too");
        _same(board.policy(2), _tighter(), "what was announced can still be read");
        _same(board.announcePolicy(_looser()), 3, "its id is not used again");
        _same(board.policyCount(), 3, "count");
    }

    function test_RevertWhen_NoPolicyPending() public {
        bytes memory reason = abi.encodeWithSelector(IPolicyBoard.NoPolicyPending.selector);
        _expect(reason);
        board.withdrawPolicy();
        board.announcePolicy(_policy());
        _expect(reason);
        board.withdrawPolicy();
        board.announcePolicy(_tighter());
        board.withdrawPolicy();
        _expect(reason);
        board.withdrawPolicy();
        // What is in force cannot be taken back.
        _setPolicy(_tighter());
        _expect(reason);
        board.withdrawPolicy();
        _inForce(3);
    }

    // ---------------------------------------------------------------- history
    function test_PolicyAt() public {
        uint256 start = block.timestamp;
        board.announcePolicy(_policy());
        vm.warp(start + 100);
        board.announcePolicy(_tighter());
        uint256 second = start + 100 + TIGHTENING_NOTICE;
        _same(board.policyAt(second - 1), 1, "as announced: before");
        _same(board.policyAt(second), 2, "as announced: from then on");
        _same(board.policyAt(type(uint256).max), 2, "for ever");
        vm.warp(second + 50);
        board.announcePolicy(_policy());
        uint256 third = second + 50 + LOOSENING_NOTICE;
        _same(board.policyAt(start), 1, "first");
        _same(board.policyAt(second - 1), 1, "until the second");
        _same(board.policyAt(second), 2, "the second from its time, not from the next announcement");
        _same(board.policyAt(third), 3, "and the pending one");
        _expect(abi.encodeWithSelector(IPolicyBoard.NoPolicyAt.selector, start - 1));
        board.policyAt(start - 1);
    }

    /// @dev Announcements, withdrawals and waits in any order, against a list of what came into force when.
    function testFuzz_PolicyAt_IsWhatWasInForce(uint256 steps, uint256 asked) public {
        uint256 start = block.timestamp;
        board.announcePolicy(_policy());
        _remember(start, 1);
        for (uint256 i = 1; i <= 12; ++i) {
            uint256 step = uint16(steps >> (16 * i));
            (uint256 pendingId, ) = board.pendingPolicy();
            if (pendingId == 0) {
                pendingId = board.announcePolicy(_numbered(step == 0 ? i : step * 100 + i));
            } else if (step % 4 == 0) {
                board.withdrawPolicy();
                continue;
            }
            (, uint256 from) = board.pendingPolicy();
            // Minutes: up to 45 days, folded into 24, so that both notices run out in the middle of a wait.
            vm.warp(block.timestamp + ((step * 1 minutes) % 24 days));
            if (block.timestamp + 1 days >= from) {
                if (block.timestamp < from) vm.warp(from);
                _remember(from, pendingId);
            }
        }
        _sameAsRemembered(start + (asked % (block.timestamp - start + 1)));
        _sameAsRemembered(block.timestamp);
        for (uint256 i; i < _froms.length; ++i) {
            _same(board.policyAt(_froms[i]), _ids[i], "from its time");
            if (i != 0) _same(board.policyAt(_froms[i] - 1), _ids[i - 1], "and not a second earlier");
        }
        _inForce(_ids[_ids.length - 1]);
    }

    // ---------------------------------------------------------------- cost and ownership
    /// @dev Whoever asks often pays one storage read; a second one only until the next announcement tidies up.
    function test_PolicyInForce_ReadsOneSlot() public {
        board.announcePolicy(_policy());
        _same(_slotsOfPolicyInForce(), 1, "nothing pending");
        _same(_slotsOfStanding(), 1, "with the pause");
        board.announcePolicy(_looser());
        _same(_slotsOfPolicyInForce(), 1, "pending");
        vm.warp(block.timestamp + LOOSENING_NOTICE);
        vm.record();
        board.policyInForce();
        (bytes32[] memory reads, ) = vm.accesses(address(board));
        for (uint256 i = 1; i < reads.length; ++i) {
            _isTrue(reads[i] == reads[0] || reads[i] == reads[reads.length - 1], "two slots");
        }
        _same(board.announcePolicy(_policy()), 3, "the next");
        _same(_slotsOfStanding(), 1, "tidied up");
    }

    /// @dev The board's owner can be a timelock: it owns it from the handover on, and announces after its own delay.
    function test_OwnedByATimelock() public {
        address[] memory people = new address[](1);
        people[0] = address(this);
        TimelockController timelock = new TimelockController(2 days, people, people, address(0));
        board.transferOwnership(address(timelock));
        _same(board.owner(), address(timelock), "owner");
        _execute(timelock, abi.encodeCall(IPolicyBoard.announcePolicy, (_policy())));
        _inForce(1);
    }

    function _execute(TimelockController timelock, bytes memory call) private {
        timelock.schedule(address(board), 0, call, 0, 0, 2 days);
        vm.warp(block.timestamp + 2 days);
        timelock.execute(address(board), 0, call, 0, 0);
    }

    // ---------------------------------------------------------------- what is asked again and again
    /// @dev Every way to ask for the policy in force answers the same.
    function _inForce(uint256 expected) private {
        (uint256 policyId, address pointer) = board.policyInForce();
        _same(policyId, expected, "in force");
        _same(pointer, board.policyPointer(expected), "its pointer");
        (policyId, pointer, ) = board.standing();
        _same(policyId, expected, "standing");
        _same(pointer, board.policyPointer(expected), "standing's pointer");
        _same(board.currentPolicyId(), expected, "current");
        _same(board.policyAt(block.timestamp), expected, "at this time");
        (policyId, pointer, ) = board.sealSeats();
        _same(policyId, expected, "what a round would open with");
        _same(pointer, board.policyPointer(expected), "its pointer for a round");
    }

    function _takesEffectAt(uint256 from) private {
        _inForce(1);
        vm.warp(from - 1);
        _inForce(1);
        _pending(2, from);
        vm.warp(from);
        _inForce(2);
        _nonePending();
    }

    function _pending(uint256 expectedId, uint256 expectedFrom) private view {
        (uint256 policyId, uint256 from) = board.pendingPolicy();
        _same(policyId, expectedId, "pending");
        _same(from, expectedFrom, "in force from");
    }

    function _nonePending() private view {
        _pending(0, 0);
    }

    function _remember(uint256 from, uint256 policyId) private {
        _froms.push(from);
        _ids.push(policyId);
    }

    function _sameAsRemembered(uint256 timestamp) private view {
        uint256 i = _froms.length - 1;
        while (_froms[i] > timestamp) --i;
        _same(board.policyAt(timestamp), _ids[i], "policy at a time");
    }

    function _slotsOfPolicyInForce() private returns (uint256) {
        vm.record();
        board.policyInForce();
        return _slotsRead();
    }

    function _slotsOfStanding() private returns (uint256) {
        vm.record();
        board.standing();
        return _slotsRead();
    }

    /// @dev Different slots: without the optimizer the compiler reads one slot several times.
    function _slotsRead() private returns (uint256 slots) {
        (bytes32[] memory reads, ) = vm.accesses(address(board));
        for (uint256 i; i < reads.length; ++i) {
            uint256 earlier;
            while (reads[earlier] != reads[i]) ++earlier;
            if (earlier == i) ++slots;
        }
    }
}
