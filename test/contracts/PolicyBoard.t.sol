// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { IPolicyBoard, Policy, Seat } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract PolicyBoardTest is AssayFixture {
    function test_SetPolicy() public {
        Policy memory next = _policy();
        next.minRounds = 5;
        _same(board.setPolicy(next), 2, "id");
        _same(board.policyCount(), 2, "count");
        _same(board.currentPolicyId(), 2, "current");
        _same(keccak256(abi.encode(board.policy(2))), keccak256(abi.encode(next)), "field by field");
        _same(keccak256(abi.encode(board.policy(1))), keccak256(abi.encode(_policy())), "the old one stays");
        _same(
            keccak256(board.policyPointer(2).code),
            keccak256(abi.encodePacked(hex"00", abi.encode(next))),
            "a zero byte, then the encoding"
        );
        (uint256 policyId, address policyPointer, address seatsPointer) = board.inForce();
        _same(policyId, 2, "in force");
        _same(policyPointer, board.policyPointer(2), "pointer");
        _same(seatsPointer, board.seatsPointer(), "seats");
        (policyId, policyPointer) = board.policyInForce();
        _same(policyId, 2, "policy in force");
        _same(policyPointer, board.policyPointer(2), "its pointer");
    }

    function test_SetPolicy_Emits() public {
        PolicyBoard fresh = new PolicyBoard(address(this));
        fresh.setPolicy(_policy());
        Policy memory next = _policy();
        // The account's address is not known before: topics only.
        vm.expectEmit(true, false, false, false, address(fresh));
        emit IPolicyBoard.PolicySet(2, address(0), next);
        fresh.setPolicy(next);
    }

    function test_RevertWhen_NotBoardOwner() public {
        bytes memory reason = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, delegator);
        _expect(reason);
        vm.prank(delegator);
        board.setPolicy(_policy());
        _expect(reason);
        vm.prank(delegator);
        board.addSeat(delegator, delegator, 0);
    }

    function test_RevertWhen_PolicyUnknown() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 2, 1));
        board.policy(2);
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 0, 1));
        board.policyPointer(0);
        PolicyBoard fresh = new PolicyBoard(address(this));
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 0, 0));
        fresh.currentPolicyId();
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 0, 0));
        fresh.inForce();
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 0, 0));
        fresh.policyInForce();
    }

    // ---------------------------------------------------------------- bounds no owner can leave
    function test_RevertWhen_FamiliesOutOfBounds() public {
        Policy memory next = _policy();
        next.floorsBps[0] = 9_901;
        _refused(next, "floorsBps", 9_901, 9_900);
        next = _policy();
        next.slashFloorsBps[1] = 9_000;
        _refused(next, "slashFloorsBps", 9_000, 8_999);
        next = _policy();
        next.slashFloorsBps[4] = 1;
        _refused(next, "slashFloorsBps", 1, 0);
        next = _policy();
        next.sharesBps[2] = 10_001;
        _refused(next, "sharesBps", 10_001, 10_000);
        next = _policy();
        next.sharesBps[2] = 0;
        _refused(next, "sharesBps", 0, 1);
        next = _policy();
        next.weights[5] = 3;
        _refused(next, "weights", 3, 0);
        next = _policy();
        for (uint256 family; family < 7; ++family) next.weights[family] = 0;
        _refused(next, "weights", 0, 1);
    }

    function test_RevertWhen_EvidenceOutOfBounds() public {
        Policy memory next = _policy();
        next.massCap = 4_096;
        _refused(next, "massCap", 4_096, 4_095);
        next = _policy();
        next.massMin = 4_001;
        _refused(next, "massMin", 4_001, 4_000);
        next.massMin = 0;
        _refused(next, "massMin", 0, 1);
        next = _policy();
        next.massFull = 0;
        _refused(next, "massFull", 0, 1);
        next = _policy();
        next.itemsCap = 65_536;
        _refused(next, "itemsCap", 65_536, 65_535);
        next = _policy();
        next.minRounds = 256;
        _refused(next, "minRounds", 256, 255);
        next.minRounds = 0;
        _refused(next, "minRounds", 0, 1);
        next = _policy();
        next.maxAge = 90 days + 1;
        _refused(next, "maxAge", 90 days + 1, 90 days);
    }

    function test_RevertWhen_HalfLifeOutOfBounds() public {
        Policy memory next = _policy();
        next.halfLife = 63;
        _refused(next, "halfLife", 63, 64);
        next.halfLife = 64 * 31 days + 64;
        _refused(next, "halfLife", 64 * 31 days + 64, 64 * 31 days);
        next.halfLife = 28 days + 1;
        _refused(next, "halfLife", 28 days + 1, 64);
    }

    function test_RevertWhen_TestsOutOfBounds() public {
        Policy memory next = _policy();
        next.hysteresisBps = 1_001;
        _refused(next, "hysteresisBps", 1_001, 1_000);
        next = _policy();
        next.scarK = 0;
        _refused(next, "scarK", 0, 1);
        next = _policy();
        next.retryScar = 65_536;
        _refused(next, "retryScar", 65_536, 65_535);
        next = _policy();
        next.hardFailureScar = 65_536;
        _refused(next, "hardFailureScar", 65_536, 65_535);
        next = _policy();
        next.scarCap = 65_536;
        _refused(next, "scarCap", 65_536, 65_535);
        next = _policy();
        next.passZ2 = 0;
        _refused(next, "passZ2", 0, 1);
        next.passZ2 = 101;
        _refused(next, "passZ2", 101, 100);
        next = _policy();
        next.failZ2 = 3;
        _refused(next, "failZ2", 3, 4);
        next.failZ2 = 101;
        _refused(next, "failZ2", 101, 100);
    }

    function test_RevertWhen_CommitteeOutOfBounds() public {
        Policy memory next = _policy();
        next.committeeSize = 16;
        _refused(next, "committeeSize", 16, 15);
        next.committeeSize = 0;
        _refused(next, "committeeSize", 0, 1);
        next = _policy();
        next.quorum = 3;
        _refused(next, "quorum", 3, 4);
        next.quorum = 8;
        _refused(next, "quorum", 8, 7);
        // Half of an even committee is no majority.
        (next.committeeSize, next.quorum) = (6, 3);
        _refused(next, "quorum", 3, 4);
    }

    function test_RevertWhen_LossesOutOfBounds() public {
        Policy memory next = _policy();
        next.bondShareBps = 10_001;
        _refused(next, "bondShareBps", 10_001, 10_000);
        next = _policy();
        next.lossCapBps = 3_001;
        _refused(next, "lossCapBps", 3_001, 3_000);
        next = _policy();
        next.lossBaseBps = 1_001;
        _refused(next, "lossBaseBps", 1_001, 1_000);
        next = _policy();
        next.lossEpoch = 0;
        _refused(next, "lossEpoch", 0, 1);
        next = _policy();
        next.freezeWindow = 21 days + 1;
        _refused(next, "freezeWindow", 21 days + 1, 21 days);
        next = _policy();
        next.halfSaturation = 0;
        _refused(next, "halfSaturation", 0, 1);
        next = _policy();
        next.suiteHash = 0;
        _refused(next, "suiteHash", 0, 1);
    }

    // ---------------------------------------------------------------- seats
    function test_AddSeat() public {
        address signer = vm.addr(0x516);
        vm.expectEmit(true, true, true, false, address(board));
        emit IPolicyBoard.SeatAdded(SEATS, owner, signer, "head", address(0));
        _same(board.addSeat(owner, signer, "head"), SEATS, "index");
        _same(board.seatCount(), SEATS + 1, "count");
        Seat memory added = board.seat(SEATS);
        _same(added.owner, owner, "owner");
        _same(added.signer, signer, "signer");
        _same(added.linkHead, "head", "head of the chain");
        bytes memory list = hex"00";
        for (uint256 i; i <= SEATS; ++i) list = abi.encodePacked(list, board.seat(i).signer);
        _same(keccak256(board.seatsPointer().code), keccak256(list), "a zero byte, then the signers");
    }

    function test_RevertWhen_SeatRefused() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSeatOwner.selector));
        board.addSeat(address(0), address(1), 0);
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSigner.selector));
        board.addSeat(owner, address(0), 0);
        address seated = vm.addr(FIRST_KEY);
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, seated));
        board.addSeat(owner, seated, 0);
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownSeat.selector, SEATS, SEATS));
        board.seat(SEATS);
    }

    function test_RevertWhen_SeatLimitReached() public {
        for (uint256 i = SEATS; i < 255; ++i) board.addSeat(owner, address(uint160(0x10000 + i)), 0);
        _expect(abi.encodeWithSelector(IPolicyBoard.SeatLimitReached.selector, 255));
        board.addSeat(owner, address(0xFFFF), 0);
    }

    function _refused(Policy memory next, string memory field, uint256 value, uint256 bound) private {
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, field, value, bound));
        board.setPolicy(next);
    }
}
