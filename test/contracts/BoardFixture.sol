// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { vm } from "./Vm.sol";

/// @notice A board that belongs to the test, without a policy and without seats, and the default standards.
abstract contract BoardFixture {
    uint256 internal constant UNIT = 1e18;
    uint256 internal constant TIGHTENING_NOTICE = 21 days;
    uint256 internal constant LOOSENING_NOTICE = 3 days;
    uint256 internal constant KEY = 0xA55A4;
    bytes32 internal constant LINK = keccak256("link");

    address internal stranger = address(0x57A);
    PolicyBoard internal board;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        board = new PolicyBoard(address(this));
    }

    // ---------------------------------------------------------------- standards
    function _policy() internal pure returns (Policy memory policy) {
        policy.floorsBps = [uint16(9_000), 9_000, 9_000, 8_500, 8_500, 8_500, 9_700];
        policy.slashFloorsBps = [uint16(7_000), 7_000, 6_500, 5_500, 6_000, 5_500, 8_500];
        policy.sharesBps = [uint16(1_789), 1_789, 1_879, 1_118, 1_342, 2_080, 10_000];
        policy.weights = [uint16(20), 15, 20, 15, 10, 10, 10];
        (policy.massMin, policy.massCap, policy.massFull, policy.roundsFull) = (900, 4_000, 4_000, 75);
        (policy.itemsCap, policy.minRounds, policy.maxAge) = (600, 3, 14 days);
        (policy.halfLife, policy.hysteresisBps) = (28 days, 100);
        (policy.scarK, policy.retryScar, policy.hardFailureScar, policy.scarCap) = (2_000, 1, 3, 80);
        (policy.passZ2, policy.failZ2) = (4, 9);
        (policy.bondMin, policy.bondShareBps) = (uint96(1_000 * UNIT), 1_000);
        (policy.committeeSize, policy.quorum) = (7, 4);
        (policy.lossBaseBps, policy.lossCapBps, policy.lossEpoch) = (500, 1_000, 7 days);
        policy.freezeWindow = 7 days;
        policy.halfSaturation = uint96(100_000 * UNIT);
        policy.suiteHash = keccak256("suite");
        (policy.experimentalBondMin, policy.experimentalLossCapBps) = (uint96(100 * UNIT), 200);
        (policy.bucketBps, policy.bucketPeriod, policy.breakerBps) = (500, 1 days, 3_000);
        (policy.shards, policy.slots, policy.lotteryBps) = (1, 64, 2_000);
        (policy.evaluationPrice, policy.evaluationFee) = (uint96(UNIT), uint96(UNIT));
        policy.publicShareBps = 1_000;
        (policy.evaluatorBondMin, policy.disputeDeposit) = (uint96(10_000 * UNIT), uint96(500 * UNIT));
    }

    /// @dev The default with one more round to be seen before admission.
    function _tighter() internal pure returns (Policy memory policy) {
        policy = _policy();
        policy.minRounds = 4;
    }

    function _looser() internal pure returns (Policy memory policy) {
        policy = _policy();
        policy.minRounds = 2;
    }

    /// @dev The default with a smallest bond that says which one it is; every number is another policy.
    function _numbered(uint256 number) internal pure returns (Policy memory policy) {
        policy = _policy();
        policy.bondMin += uint96(number);
    }

    /// @dev Announces a policy and waits until it is in force.
    function _setPolicy(Policy memory next) internal returns (uint256 policyId) {
        policyId = board.announcePolicy(next);
        (, uint256 inForceFrom) = board.pendingPolicy();
        if (inForceFrom != 0) vm.warp(inForceFrom);
    }

    // ---------------------------------------------------------------- keys
    function _proof(uint256 key, uint256 seatId) internal view returns (bytes memory) {
        return _signature(key, board.keyProofDigest(seatId));
    }

    function _signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev A seat of the test's with key number `number`.
    function _addSeat(uint256 number) internal returns (uint256 seatId) {
        return board.addSeat(address(this), vm.addr(KEY + number), LINK);
    }

    /// @dev Address of the `number`-th account that the board creates, from 1.
    function _created(uint256 number) internal view returns (address) {
        return vm.computeCreateAddress(address(board), number);
    }

    // ---------------------------------------------------------------- assertions
    error NotEqual(string what, uint256 left, uint256 right);
    error NotTrue(string what);

    function _same(uint256 left, uint256 right, string memory what) internal pure {
        require(left == right, NotEqual(what, left, right));
    }

    function _same(bytes32 left, bytes32 right, string memory what) internal pure {
        _same(uint256(left), uint256(right), what);
    }

    function _same(address left, address right, string memory what) internal pure {
        _same(uint160(left), uint160(right), what);
    }

    function _same(Policy memory left, Policy memory right, string memory what) internal pure {
        _same(keccak256(abi.encode(left)), keccak256(abi.encode(right)), what);
    }

    function _isTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }

    function _expect(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function _expectEvent() internal {
        vm.expectEmit(true, true, true, true, address(board));
    }

    /// @dev The next call, by a stranger, is refused because the board is not its own.
    function _expectNotOwner() internal {
        _expect(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
    }

    function _expectUnknownPolicy(uint256 policyId) internal {
        uint256 count = board.policyCount();
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, policyId, count));
    }
}
