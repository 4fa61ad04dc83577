// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { VaultSystem } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

contract SealSeatsTest is BoardFixture {
    uint96 private constant BOND_MIN = uint96(10_000 * UNIT);

    address private system;
    AssayVault private vault;

    function setUp() public override {
        super.setUp();
        board.announcePolicy(_policy());
        PermitToken token = new PermitToken("Local", "LOC", address(this), 1e9 * UNIT);
        VaultSystem parts = new VaultSystem(address(token), address(board), 1 days, 14 days);
        (system, vault) = (address(parts.record()), parts.vault());
        token.approve(address(vault), type(uint256).max);
    }

    /// @dev Gives a seat the smallest bond, or lets the court take a part of what it has.
    function _setBonded(uint256 seatId, bool bonded) private {
        uint256 bond = vault.seatBond(seatId);
        if (bonded && bond < BOND_MIN) vault.bondSeat(seatId, BOND_MIN - bond);
        if (bonded || bond < BOND_MIN) return;
        address court = vault.court();
        vm.prank(court);
        vault.slashSeat(seatId, 1);
    }

    // ---------------------------------------------------------------- the list
    /// @dev Before there is a vault every seat counts.
    function test_SealSeats() public {
        for (uint256 i; i < 3; ++i) _addSeat(i);
        _same(board.seatsPointer(), address(0), "not before it is asked for");
        bytes memory signers = abi.encodePacked(vm.addr(KEY), vm.addr(KEY + 1), vm.addr(KEY + 2));
        _expectEvent();
        emit IPolicyBoard.SeatListSealed(_created(2), signers);
        (uint256 policyId, address policyPointer, address seatsPointer) = board.sealSeats();
        _same(policyId, 1, "policy");
        _same(policyPointer, board.policyPointer(1), "its pointer");
        _same(seatsPointer, _created(2), "seats");
        _same(board.seatsPointer(), seatsPointer, "kept");
        _same(
            keccak256(seatsPointer.code),
            keccak256(abi.encodePacked(hex"00", signers)),
            "a zero byte, then the keys"
        );
    }

    /// @dev Anyone may, and while nothing changes nobody makes anything of it.
    function test_SealSeats_KeepsThePointer() public {
        _addSeat(0);
        address first = _seal();
        vm.prank(stranger);
        (, , address again) = board.sealSeats();
        _same(again, first, "nothing changed");
        // A change that leaves the same list.
        board.rotateLink(0, "next");
        board.transferSeat(0, stranger);
        _same(_seal(), first, "the list names keys only");
        _addSeat(1);
        board.leaveSeat(1);
        _same(_seal(), first, "came and went");
        _setPolicy(_looser());
        _same(_seal(), first, "another policy, the same keys");
    }

    function test_SealSeats_AfterEveryChange() public {
        _addSeat(0);
        _sealed(abi.encodePacked(vm.addr(KEY)));
        _addSeat(1);
        _sealed(abi.encodePacked(vm.addr(KEY), vm.addr(KEY + 1)));
        board.rotateSigner(0, vm.addr(KEY + 2), _proof(KEY + 2, 0));
        _sealed(abi.encodePacked(vm.addr(KEY + 2), vm.addr(KEY + 1)));
        _addSeat(3);
        board.leaveSeat(0);
        _sealed(abi.encodePacked(vm.addr(KEY + 3), vm.addr(KEY + 1)));
        board.leaveSeat(1);
        _sealed(abi.encodePacked(vm.addr(KEY + 3)));
    }

    /// @dev An earlier list stays what it was: open rounds hold on to it.
    function test_SealSeats_LeavesEarlierListsAlone() public {
        _addSeat(0);
        address first = _seal();
        bytes32 code = keccak256(first.code);
        board.rotateSigner(0, vm.addr(KEY + 1), _proof(KEY + 1, 0));
        _isTrue(_seal() != first, "another account");
        _same(keccak256(first.code), code, "the first one's code");
    }

    function test_SealSeats_Nobody() public {
        vm.recordLogs();
        _same(_seal(), address(0), "no seats yet");
        _same(vm.getRecordedLogs().length, 0, "nothing is sealed");
        _addSeat(0);
        _isTrue(_seal() != address(0), "one");
        board.leaveSeat(0);
        _expectEvent();
        emit IPolicyBoard.SeatListSealed(address(0), "");
        _same(_seal(), address(0), "none left");
        _same(_seal(), address(0), "and again");
    }

    function test_SealSeats_AllPlacesTaken() public {
        bytes memory signers;
        for (uint256 i; i < 255; ++i) {
            address signer = address(uint160(0x10000 + i));
            board.addSeat(stranger, signer, LINK);
            signers = abi.encodePacked(signers, signer);
        }
        _sealed(signers);
    }

    // ---------------------------------------------------------------- bonds
    function test_Connect() public {
        _same(board.assay(), address(0), "not yet");
        _same(board.vault(), address(0), "no vault");
        _expectEvent();
        emit IPolicyBoard.Connected(system, address(vault), vault.court());
        board.connect(system);
        _same(board.assay(), system, "assay");
        _same(board.vault(), address(vault), "vault");
    }

    function test_RevertWhen_AlreadyConnected() public {
        _expectNotOwner();
        board.connect(system);
        board.connect(system);
        _expect(abi.encodeWithSelector(IPolicyBoard.AlreadyConnected.selector, system));
        board.connect(address(0xA55A));
    }

    /// @dev What protects by being longer than rounds are is measured in epochs, once there are any.
    function test_RevertWhen_TimesAreShorterThanRoundsAllow() public {
        board.connect(system);
        Policy memory next = _policy();
        (next.freezeWindow, next.lossEpoch, next.bucketPeriod) = (2 days - 1, 1 days, 1 days);
        _refuses(next, "freezeWindow", 2 days - 1, 2 days);
        (next.freezeWindow, next.lossEpoch) = (2 days, 1 days - 1);
        _refuses(next, "lossEpoch", 1 days - 1, 1 days);
        (next.lossEpoch, next.bucketPeriod) = (1 days, 1 days - 1);
        _refuses(next, "bucketPeriod", 1 days - 1, 1 days);
        next.bucketPeriod = 1 days;
        _same(board.announcePolicy(next), 2, "the shortest times are taken");
    }

    /// @dev Connecting later is no way past it, for the policy in force or for one announced.
    function test_RevertWhen_ConnectedToEpochsThatAreTooLong() public {
        Policy memory next = _policy();
        next.freezeWindow = 1 days;
        board.announcePolicy(next);
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, "freezeWindow", 1 days, 2 days));
        board.connect(system);
        board.withdrawPolicy();
        PolicyBoard short = new PolicyBoard(address(this));
        short.announcePolicy(next);
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, "freezeWindow", 1 days, 2 days));
        short.connect(system);
    }

    /// @dev Before its first standards there is nothing to measure in epochs; they are, when they come.
    function test_ConnectBeforeThereIsAPolicy() public {
        PolicyBoard fresh = new PolicyBoard(address(this));
        fresh.connect(system);
        _same(fresh.assay(), system, "assay");
        Policy memory next = _policy();
        next.freezeWindow = 1 days;
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, "freezeWindow", 1 days, 2 days));
        fresh.announcePolicy(next);
    }

    function _refuses(Policy memory next, string memory field, uint256 value, uint256 bound) private {
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, field, value, bound));
        board.announcePolicy(next);
    }

    function test_RevertWhen_NotVault() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.NotVault.selector, address(this), address(0)));
        board.markSeatsDirty();
        board.connect(system);
        _expect(abi.encodeWithSelector(IPolicyBoard.NotVault.selector, stranger, address(vault)));
        vm.prank(stranger);
        board.markSeatsDirty();
    }

    /// @dev With a vault a seat counts from its smallest bond on, in either direction, from the next list on.
    function test_SealSeats_NeedsBonds() public {
        for (uint256 i; i < 3; ++i) _addSeat(i);
        _seal();
        board.connect(system);
        _sealed("");
        vault.bondSeat(0, BOND_MIN);
        vault.bondSeat(1, BOND_MIN - 1);
        vault.bondSeat(2, 3 * BOND_MIN);
        _sealed(abi.encodePacked(vm.addr(KEY), vm.addr(KEY + 2)));
        vault.bondSeat(1, 1);
        _setBonded(0, false);
        _sealed(abi.encodePacked(vm.addr(KEY + 1), vm.addr(KEY + 2)));
    }

    /// @dev The smallest bond is that of the policy in force: a policy that comes into force makes a new list, without anybody's doing.
    function test_SealSeats_UnderANewPolicy() public {
        for (uint256 i; i < 2; ++i) _addSeat(i);
        board.connect(system);
        vault.bondSeat(0, BOND_MIN);
        vault.bondSeat(1, 2 * BOND_MIN);
        bytes memory both = abi.encodePacked(vm.addr(KEY), vm.addr(KEY + 1));
        _sealed(both);
        Policy memory dearer = _policy();
        dearer.evaluatorBondMin = 2 * BOND_MIN;
        board.announcePolicy(dearer);
        vm.warp(block.timestamp + TIGHTENING_NOTICE - 1);
        _sealed(both);
        vm.warp(block.timestamp + 1);
        _sealed(abi.encodePacked(vm.addr(KEY + 1)));
        _setPolicy(_policy());
        _sealed(both);
    }

    // ---------------------------------------------------------------- any life of seats
    /// @dev Seats come, go, rotate and change their bonds in any order: the list is the keys of those that are here and bonded, each once.
    function testFuzz_SealSeats_IsTheBondedSeats(uint256 steps, uint256 bonds) public {
        board.connect(system);
        uint256 keys;
        for (uint256 i; i < 32; ++i) {
            uint256 step = uint8(steps >> (8 * i));
            uint256 count = board.seatCount();
            uint256 seatId = count == 0 ? 0 : (step >> 2) % count;
            if (step % 4 == 0 || count == 0) {
                _setBonded(_addSeat(keys++), (bonds >> i) & 1 != 0);
            } else if (step % 4 == 1) {
                _setBonded(seatId, (bonds >> i) & 1 != 0);
            } else if (board.seat(seatId).leftAt == 0) {
                if (step % 4 == 2) board.leaveSeat(seatId);
                else board.rotateSigner(seatId, vm.addr(KEY + keys), _proof(KEY + keys++, seatId));
            }
            if (step & 0x80 != 0) _sealedIsTheBondedSeats();
        }
        _sealedIsTheBondedSeats();
    }

    /// @dev What a list costs depends on who is here, not on who ever was.
    function test_SealSeats_HistoryCostsNothing() public {
        for (uint256 i; i < 3; ++i) _addSeat(i);
        uint256 before = _readsOfSealing(0);
        for (uint256 i = 3; i < 60; ++i) board.leaveSeat(_addSeat(i));
        _same(_readsOfSealing(60), before, "reads");
    }

    function _readsOfSealing(uint256 key) private returns (uint256) {
        board.rotateSigner(0, vm.addr(KEY + 1_000 + key), _proof(KEY + 1_000 + key, 0));
        vm.record();
        board.sealSeats();
        (bytes32[] memory reads, ) = vm.accesses(address(board));
        return reads.length;
    }

    function _sealedIsTheBondedSeats() private {
        address pointer = _seal();
        uint256 expected;
        for (uint256 seatId; seatId < board.seatCount(); ++seatId) {
            if (board.seat(seatId).leftAt != 0 || vault.seatBond(seatId) < BOND_MIN) continue;
            ++expected;
            _isTrue(_isListed(pointer.code, board.seat(seatId).signer), "listed");
        }
        // As many as expected, and each of those is there: none is there twice, nor anybody else.
        _same(pointer.code.length, expected == 0 ? 0 : 1 + 20 * expected, "no others");
    }

    function _isListed(bytes memory code, address signer) private pure returns (bool) {
        for (uint256 start = 1; start < code.length; start += 20) {
            uint160 listed;
            for (uint256 i; i < 20; ++i) listed = (listed << 8) | uint8(code[start + i]);
            if (address(listed) == signer) return true;
        }
        return false;
    }

    function _seal() private returns (address seatsPointer) {
        (, , seatsPointer) = board.sealSeats();
        _same(board.seatsPointer(), seatsPointer, "kept");
    }

    function _sealed(bytes memory signers) private {
        bytes memory expected = signers.length == 0 ? bytes("") : abi.encodePacked(hex"00", signers);
        _same(keccak256(_seal().code), keccak256(expected), "list");
    }
}
