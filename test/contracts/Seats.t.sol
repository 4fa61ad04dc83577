// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IPolicyBoard, Seat } from "../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm } from "./Vm.sol";

contract SeatsTest is BoardFixture {
    /// @dev Order of the curve: (r, n − s) with the other parity is the same signature once more.
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    address private evaluator = address(0xE7A1);
    address private other = address(0xE7A2);

    /// @dev Seat 0 with key 0 is the evaluator's, seat 1 with key 1 another's.
    function setUp() public override {
        super.setUp();
        board.addSeat(evaluator, vm.addr(KEY), LINK);
        board.addSeat(other, vm.addr(KEY + 1), LINK);
    }

    // ---------------------------------------------------------------- take
    function test_AddSeat() public {
        address signer = vm.addr(KEY + 2);
        _expectEvent();
        emit IPolicyBoard.SeatAdded(2, evaluator, signer, "head");
        _same(board.addSeat(evaluator, signer, "head"), 2, "id");
        _same(board.seatCount(), 3, "count");
        Seat memory added = board.seat(2);
        _same(added.owner, evaluator, "owner");
        _same(added.signer, signer, "signer");
        _same(added.linkHead, "head", "head of the chain");
        _same(added.seatedAt, block.timestamp, "since");
        _same(added.leftAt, 0, "still here");
        _same(board.seatOfSigner(signer), 3, "one more than the id");
        _same(board.seatOfSigner(stranger), 0, "no key of anybody");
    }

    function test_RevertWhen_SeatRefused() public {
        _expectNotOwner();
        board.addSeat(stranger, stranger, LINK);
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSeatOwner.selector));
        board.addSeat(address(0), stranger, LINK);
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSigner.selector));
        board.addSeat(stranger, address(0), LINK);
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroLinkHead.selector));
        board.addSeat(stranger, stranger, 0);
        address seated = vm.addr(KEY);
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, seated));
        board.addSeat(stranger, seated, LINK);
    }

    function test_RevertWhen_SeatUnknown() public {
        bytes memory reason = abi.encodeWithSelector(IPolicyBoard.UnknownSeat.selector, 2, 2);
        _expect(reason);
        board.seat(2);
        _expect(reason);
        board.keyProofDigest(2);
        _expect(reason);
        board.rotateSigner(2, stranger, "");
        _expect(reason);
        board.rotateLink(2, LINK);
        _expect(reason);
        board.transferSeat(2, stranger);
        _expect(reason);
        board.leaveSeat(2);
    }

    /// @dev 255 at a time: a seat that was left makes room, and its number is not given again.
    function test_RevertWhen_SeatLimitReached() public {
        for (uint256 i = 2; i < 255; ++i) board.addSeat(other, address(uint160(0x10000 + i)), LINK);
        _expect(abi.encodeWithSelector(IPolicyBoard.SeatLimitReached.selector, 255));
        board.addSeat(other, address(0xFFFF), LINK);
        board.leaveSeat(254);
        _same(board.addSeat(other, address(0xFFFF), LINK), 255, "a new number");
        _expect(abi.encodeWithSelector(IPolicyBoard.SeatLimitReached.selector, 255));
        board.addSeat(other, address(0xFFFE), LINK);
    }

    // ---------------------------------------------------------------- keys
    function test_RotateSigner() public {
        address next = vm.addr(KEY + 2);
        bytes memory proof = _proof(KEY + 2, 0);
        _expectEvent();
        emit IPolicyBoard.SignerRotated(0, next);
        vm.prank(evaluator);
        board.rotateSigner(0, next, proof);
        _same(board.seat(0).signer, next, "signer");
        _same(board.seatOfSigner(next), 1, "the new key");
        _same(board.seatOfSigner(vm.addr(KEY)), 1, "the old key stays this seat's");
        _same(board.seat(0).linkHead, LINK, "the rest stays");
        _same(board.seat(0).owner, evaluator, "owner");
    }

    function testFuzz_RotateSigner_AnyKey(uint256 key) public {
        key = 1 + (key % (CURVE_ORDER - 1));
        vm.assume(board.seatOfSigner(vm.addr(key)) == 0);
        _rotate(evaluator, 0, vm.addr(key), _proof(key, 0));
        _same(board.seat(0).signer, vm.addr(key), "signer");
    }

    /// @dev The digest, built by hand from the standard.
    function test_KeyProofDigest() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Assay PolicyBoard"),
                keccak256("1"),
                block.chainid,
                address(board)
            )
        );
        bytes32 message = keccak256(
            abi.encode(keccak256("KeyProof(uint256 seatId,address seatOwner)"), uint256(1), other)
        );
        _same(board.keyProofDigest(1), keccak256(abi.encodePacked(hex"1901", domain, message)), "digest");
    }

    function test_RevertWhen_KeyIsNotHeld() public {
        // Signed with another key.
        bytes memory proof = _proof(KEY + 3, 0);
        _expect(_wrongProof(vm.addr(KEY + 2), vm.addr(KEY + 3)));
        _rotate(evaluator, 0, vm.addr(KEY + 2), proof);
        // Not even with the seat's present key.
        proof = _proof(KEY, 0);
        _expect(_wrongProof(vm.addr(KEY + 2), vm.addr(KEY)));
        _rotate(evaluator, 0, vm.addr(KEY + 2), proof);
        _same(board.seatOfSigner(vm.addr(KEY + 2)), 0, "the key is still free");
    }

    /// @dev Whoever sees a proof cannot use it for a seat of its own.
    function test_RevertWhen_ProofIsForAnotherSeat() public {
        address next = vm.addr(KEY + 2);
        bytes memory proof = _proof(KEY + 2, 0);
        _refusedProof(other, 1, next, proof);
        // Nor on another board.
        PolicyBoard elsewhere = new PolicyBoard(address(this));
        elsewhere.addSeat(evaluator, vm.addr(KEY), LINK);
        bytes memory foreign = _signature(KEY + 2, elsewhere.keyProofDigest(0));
        _refusedProof(evaluator, 0, next, foreign);
        // Nor for another seat of the same owner.
        board.addSeat(evaluator, vm.addr(KEY + 4), LINK);
        _refusedProof(evaluator, 2, next, proof);
        _rotate(evaluator, 0, next, proof);
    }

    /// @dev A proof given to one owner is nothing to the next.
    function test_RevertWhen_ProofIsForAnotherOwner() public {
        bytes memory proof = _proof(KEY + 2, 0);
        vm.prank(evaluator);
        board.transferSeat(0, other);
        _refusedProof(other, 0, vm.addr(KEY + 2), proof);
        _rotate(other, 0, vm.addr(KEY + 2), _proof(KEY + 2, 0));
    }

    function test_RevertWhen_ProofIsMalformed() public {
        address next = vm.addr(KEY + 2);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + 2, board.keyProofDigest(0));
        bytes[3] memory malformed = [
            bytes(""),
            abi.encodePacked(r, s),
            abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), uint8(v ^ 7))
        ];
        for (uint256 i; i < malformed.length; ++i) {
            _expect(_wrongProof(next, address(0)));
            _rotate(evaluator, 0, next, malformed[i]);
        }
        // 0 is what malformed proofs recover to.
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSigner.selector));
        _rotate(evaluator, 0, address(0), "");
    }

    /// @dev Never twice: not another's, not one's own, not an earlier one.
    function test_RevertWhen_KeyWasUsed() public {
        bytes[2] memory proofs = [_proof(KEY, 0), _proof(KEY + 1, 0)];
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, vm.addr(KEY)));
        _rotate(evaluator, 0, vm.addr(KEY), proofs[0]);
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, vm.addr(KEY + 1)));
        _rotate(evaluator, 0, vm.addr(KEY + 1), proofs[1]);
        _rotate(evaluator, 0, vm.addr(KEY + 2), _proof(KEY + 2, 0));
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, vm.addr(KEY)));
        _rotate(evaluator, 0, vm.addr(KEY), proofs[0]);
        board.leaveSeat(0);
        _expect(abi.encodeWithSelector(IPolicyBoard.SignerAlreadySeated.selector, vm.addr(KEY)));
        board.addSeat(evaluator, vm.addr(KEY), LINK);
    }

    function test_RotateLink() public {
        _expectEvent();
        emit IPolicyBoard.LinkRotated(0, "next");
        vm.prank(evaluator);
        board.rotateLink(0, "next");
        _same(board.seat(0).linkHead, "next", "head of the chain");
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroLinkHead.selector));
        vm.prank(evaluator);
        board.rotateLink(0, 0);
    }

    // ---------------------------------------------------------------- owners
    function test_TransferSeat() public {
        _expectEvent();
        emit IPolicyBoard.SeatOwnerChanged(0, other);
        vm.prank(evaluator);
        board.transferSeat(0, other);
        _same(board.seat(0).owner, other, "owner");
        _same(board.seat(0).signer, vm.addr(KEY), "the key stays");
        vm.prank(other);
        board.rotateLink(0, "next");
        _expect(abi.encodeWithSelector(IPolicyBoard.ZeroSeatOwner.selector));
        vm.prank(other);
        board.transferSeat(0, address(0));
        // What is left to withdraw can change hands too.
        vm.prank(other);
        board.leaveSeat(0);
        vm.prank(other);
        board.transferSeat(0, evaluator);
        _same(board.seat(0).owner, evaluator, "back");
    }

    /// @dev The board's owner can end a seat, and nothing else.
    function test_RevertWhen_NotSeatOwner() public {
        bytes memory reason = abi.encodeWithSelector(IPolicyBoard.NotSeatOwner.selector, 0, address(this));
        _expect(reason);
        board.rotateSigner(0, stranger, "");
        _expect(reason);
        board.rotateLink(0, LINK);
        _expect(reason);
        board.transferSeat(0, address(this));
        _expect(abi.encodeWithSelector(IPolicyBoard.NotSeatOwner.selector, 0, other));
        vm.prank(other);
        board.leaveSeat(0);
        vm.prank(evaluator);
        board.transferSeat(0, other);
        _expect(abi.encodeWithSelector(IPolicyBoard.NotSeatOwner.selector, 0, evaluator));
        vm.prank(evaluator);
        board.leaveSeat(0);
    }

    // ---------------------------------------------------------------- leave
    function test_LeaveSeat() public {
        vm.warp(block.timestamp + 1 days);
        _expectEvent();
        emit IPolicyBoard.SeatLeft(0, block.timestamp);
        vm.prank(evaluator);
        board.leaveSeat(0);
        Seat memory left = board.seat(0);
        _same(left.leftAt, block.timestamp, "left");
        _same(left.seatedAt, block.timestamp - 1 days, "was taken");
        _same(left.owner, evaluator, "its owner for ever");
        _same(left.signer, vm.addr(KEY), "its key for ever");
        _same(board.seatCount(), 2, "counted for ever");
        // The board's owner may end a seat as well.
        board.leaveSeat(1);
        _same(board.seat(1).leftAt, block.timestamp, "ended");
    }

    function test_RevertWhen_SeatHasLeft() public {
        board.leaveSeat(0);
        bytes memory reason = abi.encodeWithSelector(IPolicyBoard.SeatHasLeft.selector, 0, block.timestamp);
        vm.warp(block.timestamp + 1 days);
        _expect(reason);
        board.leaveSeat(0);
        _expect(reason);
        vm.prank(evaluator);
        board.leaveSeat(0);
        _expect(reason);
        vm.prank(evaluator);
        board.rotateLink(0, LINK);
        bytes memory proof = _proof(KEY + 2, 0);
        _expect(reason);
        _rotate(evaluator, 0, vm.addr(KEY + 2), proof);
    }

    // ---------------------------------------------------------------- steps
    function _rotate(address caller, uint256 seatId, address signer, bytes memory proof) private {
        vm.prank(caller);
        board.rotateSigner(seatId, signer, proof);
    }

    /// @dev A well-formed signature over another digest recovers to some key, which only the curve knows; the error must name that one.
    function _refusedProof(address caller, uint256 seatId, address signer, bytes memory proof) private {
        (bytes32 r, bytes32 s, uint8 v) = (_word(proof, 0), _word(proof, 32), uint8(proof[64]));
        address recovered = ecrecover(board.keyProofDigest(seatId), v, r, s);
        _isTrue(recovered != signer, "another key");
        _expect(_wrongProof(signer, recovered));
        _rotate(caller, seatId, signer, proof);
    }

    function _word(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        for (uint256 i; i < 32; ++i) word |= bytes32(data[offset + i]) >> (8 * i);
    }

    function _wrongProof(address signer, address recovered) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPolicyBoard.WrongKeyProof.selector, signer, recovered);
    }
}
