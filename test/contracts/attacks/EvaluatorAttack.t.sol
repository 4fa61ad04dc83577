// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay } from "../../../contracts/interfaces/IAssay.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { AssayFixture } from "../AssayFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks by evaluators: on seats and keys while a round runs, and on the fund that pays them.
contract EvaluatorAttackTest is AssayFixture {
    uint256 private constant NEW_KEY = KEY + 1_000;
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        (modelId, ) = _standardModel();
        vault.prepay(modelId, 100);
    }

    // ---------------------------------------------------------------- seats and keys
    /// @dev Seats leave and the last ones take their places: a round that is open counts by its own list, and pays those who signed.
    function test_SeatsThatLeaveMoveNobodyInAnOpenRound() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 committee = _committee(roundId);
        board.leaveSeat(0);
        board.leaveSeat(3);
        board.sealSeats();
        _same(_committee(roundId), committee, "the same committee");
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        _post(batch);
        vm.warp(assay.closesAt(roundId));
        for (uint256 place; place < 7; ++place) {
            uint256 seat = _lowestSeat(committee);
            committee &= committee - 1;
            vm.prank(address(vault));
            (address signer, ) = assay.collectParticipation(roundId, place);
            _same(signer, vm.addr(KEY + seat), "paid as it signed");
        }
    }

    /// @dev A key that is rotated in does not speak in the open round, one that is rotated out does not speak in the next.
    function test_ARotatedKeySpeaksForTheRoundsOfItsTime() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 seat = _lowestSeat(_committee(roundId));
        board.rotateSigner(seat, vm.addr(NEW_KEY), _proof(NEW_KEY, seat));
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        uint256 signers = _lowest(_committee(roundId), 4);
        bytes memory signatures = _signatures(batch, signers);
        bytes memory swapped = _compact(NEW_KEY, assay.batchDigest(batch));
        bytes memory withNewKey = bytes.concat(swapped, _after(signatures));
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, vm.addr(NEW_KEY), vm.addr(KEY + seat)));
        assay.post(batch, signers, withNewKey);
        assay.post(batch, signers, signatures);
        _nextEpoch();
        bytes memory list = DataCode.read(assay.round(_drawRound()).seatsPointer);
        _same(DataCode.addressAt(list, seat), vm.addr(NEW_KEY), "the next one knows the new key");
    }

    /// @dev All but the first signature.
    function _after(bytes memory signatures) private pure returns (bytes memory rest) {
        rest = new bytes(signatures.length - 64);
        for (uint256 i; i < rest.length; ++i) rest[i] = signatures[i + 64];
    }

    // ---------------------------------------------------------------- the fund
    /// @dev A committee that posts its results one by one is paid once.
    function test_ManyBatchesAreOneFee() public {
        (uint256 otherId, ) = _standardModel(keccak256("other"));
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 fund = vault.evaluationFund();
        _post(_batch(roundId, modelId, DIGEST, _good()));
        _post(_batch(roundId, otherId, keccak256("other"), _good()));
        vm.warp(assay.closesAt(roundId));
        for (uint256 place; place < 7; ++place) vault.claimFee(roundId, place);
        _same(vault.evaluationFund(), fund - 7 * UNIT, "seven fees");
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 0));
        vault.claimFee(roundId, 0);
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 48));
        vault.claimFee(roundId, 48);
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 2 ** 255));
        vault.claimFee(roundId, 2 ** 255);
    }

    /// @dev What is left: whoever relays chooses among valid signatures. Who was left out is not paid, and nobody gains by it.
    function test_ARelayerWhoLeavesASignatureOutGainsNothing() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        uint256 signers = _lowest(_committee(roundId), 4);
        _postBy(_batch(roundId, modelId, DIGEST, _good()), signers);
        vm.warp(assay.closesAt(roundId));
        uint256 before = token.balanceOf(address(this));
        vault.claimFee(roundId, 0);
        _same(token.balanceOf(address(this)) - before, UNIT, "the flat fee, whoever else is paid");
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 6));
        vault.claimFee(roundId, 6);
    }
}
