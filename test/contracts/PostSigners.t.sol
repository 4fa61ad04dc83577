// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { Batch, IAssay } from "../../contracts/interfaces/IAssay.sol";
import { PostFixture } from "./PostFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Assay.post: who has signed, and what.
contract PostSignersTest is PostFixture {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function test_RevertWhen_TooFewSigners() public {
        uint256 signers = _lowest(committee, 3);
        _refused(_goodBatch(), signers, abi.encodeWithSelector(IAssay.TooFewSigners.selector, 3, 4));
        _refused(_goodBatch(), 0, abi.encodeWithSelector(IAssay.TooFewSigners.selector, 0, 4));
    }

    function test_RevertWhen_NotInCommittee() public {
        uint256 outsiders = ~committee & ((1 << SEATS) - 1);
        uint256 seat = _lowestSeat(outsiders);
        _refused(_goodBatch(), committee | outsiders, abi.encodeWithSelector(IAssay.NotInCommittee.selector, seat));
        // A bit that is no seat at all.
        bytes memory signatures = _signatures(_goodBatch(), committee);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, 255));
        assay.post(_goodBatch(), committee | (1 << 255), signatures);
    }

    function test_RevertWhen_SignatureLengthMismatch() public {
        Batch memory batch = _goodBatch();
        bytes memory seven = _signatures(batch, committee);
        uint256 six = _lowest(committee, 6);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 7 * 64, 6 * 64));
        assay.post(batch, six, seven);
        bytes memory tooShort = _signatures(batch, six);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 6 * 64, 7 * 64));
        assay.post(batch, committee, tooShort);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 7 * 64 + 1, 7 * 64));
        assay.post(batch, committee, bytes.concat(seven, hex"00"));
    }

    /// @dev A bitmap cannot name a seat twice; handing in one signature for two seats fails at the second.
    function test_Attack_DuplicateSigner() public {
        Batch memory batch = _goodBatch();
        uint256 first = _lowestSeat(committee);
        uint256 rest = committee & (committee - 1);
        uint256 second = _lowestSeat(rest);
        bytes memory own = _signatures(batch, 1 << first);
        bytes memory signatures = bytes.concat(own, own, _signatures(batch, rest & (rest - 1)));
        _expectWrongSignature(second, vm.addr(KEY + first));
        assay.post(batch, committee, signatures);
    }

    function test_Attack_WrongSignature() public {
        Batch memory batch = _goodBatch();
        uint256 seat = _lowestSeat(committee);
        bytes memory wrong = _compact(0xBAD, assay.batchDigest(batch));
        bytes memory signatures = _withFirst(wrong, batch);
        _expectWrongSignature(seat, vm.addr(0xBAD));
        assay.post(batch, committee, signatures);
    }

    /// @dev The committee's signatures with another one in the first place.
    function _withFirst(bytes memory first, Batch memory batch) private view returns (bytes memory) {
        return bytes.concat(first, _signatures(batch, committee & (committee - 1)));
    }

    /// @dev What a committee signed in one round is not its word in the next, nor about another version of the round.
    function test_Attack_ReplayInAnotherRoundOrForAnotherVersion() public {
        (uint256 otherId, ) = _standardModel(keccak256("other"));
        _nextEpoch();
        roundId = _drawRound();
        uint256 signers = committee & _committee(roundId);
        _isTrue(_count(signers) >= 4, "a quorum of both committees");
        Batch memory earlier = _batch(roundId - 1, modelId, DIGEST, _good());
        bytes memory signatures = _signatures(earlier, signers);
        _isTrue(_refusesSignatures(_goodBatch(), signers, signatures), "another round");
        Batch memory another = _batch(roundId - 1, otherId, keccak256("other"), _good());
        _isTrue(_refusesSignatures(another, signers, signatures), "another version");
        assay.post(earlier, signers, signatures);
    }

    function _refusesSignatures(Batch memory batch, uint256 signers, bytes memory signatures) private returns (bool) {
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (batch, signers, signatures))
        );
        return !done && bytes4(reason) == IAssay.WrongSignature.selector;
    }

    /// @dev One changed score, and every signature is over something else.
    function test_Attack_ChangedScore() public {
        bytes memory signatures = _signatures(_goodBatch(), committee);
        Batch memory changed = _batch(roundId, modelId, DIGEST, _word(9_951));
        uint256 seat = _lowestSeat(committee);
        // Whatever address such a signature recovers to is not the seat's.
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (changed, committee, signatures))
        );
        _isTrue(!done, "refused");
        _same(bytes32(bytes4(reason)), bytes32(IAssay.WrongSignature.selector), "reason");
        (uint256 refusedSeat, , ) = abi.decode(_tail(reason), (uint256, address, address));
        _same(refusedSeat, seat, "seat");
    }

    /// @dev (r, n − s) signs the same; only the lower half counts, so a signature has one form. A signature of 64 bytes has no room for an s of
    /// the upper half beside the bit for v: the curve's order is above 2^255, so what is left of it is another s.
    function test_Attack_MalleableSignature() public {
        Batch memory batch = _goodBatch();
        bytes32 digest = assay.batchDigest(batch);
        uint256 seat = _lowestSeat(committee);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + seat, digest);
        bytes32 flipped = bytes32(CURVE_ORDER - uint256(s));
        uint8 other = v == 27 ? 28 : 27;
        _same(ecrecover(digest, other, r, flipped), vm.addr(KEY + seat), "the curve accepts it");
        for (uint256 parity; parity < 2; ++parity) {
            bytes32 vs = bytes32((uint256(flipped) & ~(uint256(1) << 255)) | (parity << 255));
            bytes memory signatures = _withFirst(bytes.concat(r, vs), batch);
            (bool done, bytes memory reason) = address(assay).call(
                abi.encodeCall(IAssay.post, (batch, committee, signatures))
            );
            // It recovers to nobody when it is in the upper half still, else to some key that is no seat's.
            _isTrue(!done && bytes4(reason) == IAssay.WrongSignature.selector, "refused");
        }
    }

    /// @dev What does not recover gives the zero address, and no seat has that key (see IPolicyBoard.addSeat).
    function test_Attack_ZeroSigner() public {
        Batch memory batch = _goodBatch();
        bytes memory signatures = _withFirst(new bytes(64), batch);
        _expectWrongSignature(_lowestSeat(committee), address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev An s in the upper half that fits beside v's bit.
    function test_Attack_UpperHalf() public {
        Batch memory batch = _goodBatch();
        bytes32 upper = bytes32((CURVE_ORDER >> 1) + 1);
        bytes memory signatures = _withFirst(bytes.concat(bytes32(uint256(1)), upper), batch);
        _expectWrongSignature(_lowestSeat(committee), address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev The domain binds a signature to one contract on one chain.
    function test_Attack_ReplayElsewhere() public {
        Batch memory batch = _goodBatch();
        bytes memory signatures = _signatures(batch, committee);
        bytes32 digest = assay.batchDigest(batch);
        Assay twin = new Assay(address(board), address(vault), address(court), EPOCH);
        _isTrue(twin.batchDigest(batch) != digest, "another contract");
        uint256 chainId = block.chainid;
        vm.chainId(chainId + 1);
        _isTrue(assay.batchDigest(batch) != digest, "another chain");
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (batch, committee, signatures))
        );
        _isTrue(!done && bytes4(reason) == IAssay.WrongSignature.selector, "refused on a fork");
        vm.chainId(chainId);
        assay.post(batch, committee, signatures);
    }

    function test_RevertWhen_FailingResultNeedsMoreSigners() public {
        Batch memory batch = _batch(roundId, modelId, DIGEST, _bad());
        uint256 four = _lowest(committee, 4);
        _refused(batch, four, abi.encodeWithSelector(IAssay.FailingResultNeedsMoreSigners.selector, versionId, 4, 5));
        _postBy(batch, _lowest(committee, 5));
    }

    /// @dev Two failures leave a whole strike and most of another, so the third takes half as much again.
    function test_Post_FreezesMoreAfterWholeStrikes() public {
        uint256 word = _wordOf([uint256(9_950), 9_950, 9_950, 9_950, 9_950, 9_950, 7_500], 447);
        _measureRounds(modelId, 2, word);
        uint256 bond = vault.stakeOf(modelId).bond;
        _measure(modelId, DIGEST, word);
        uint256 severity = (1_000 * 10_000) / uint256(8_500);
        _same(bond - vault.stakeOf(modelId).bond, (bond * 500 * severity * 3) / (2 * 10_000 * 10_000), "frozen");
    }

    function _expectWrongSignature(uint256 seat, address recovered) private {
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, recovered, vm.addr(KEY + seat)));
    }

    /// @dev What follows an error's selector.
    function _tail(bytes memory data) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - 4);
        for (uint256 i; i < tail.length; ++i) tail[i] = data[i + 4];
    }
}
