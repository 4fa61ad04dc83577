// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, Round } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "../../contracts/libraries/CommitteeLib.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Rounds with several committees, and who is paid for them.
contract ShardsTest is AssayFixture {
    uint256 private constant MODELS = 6;
    uint256 private constant SHARDS = 3;

    uint256 private roundId;

    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.committeeSize, policy.quorum, policy.shards) = (3, 2, uint32(SHARDS));
    }

    function _seats() internal pure override returns (uint256) {
        return 11;
    }

    function setUp() public override {
        super.setUp();
        for (uint256 i; i < MODELS; ++i) _register(_digest(i + 1));
        _nextEpoch();
        roundId = _drawRound();
    }

    function _digest(uint256 modelId) private pure returns (bytes32) {
        return keccak256(abi.encode("model", modelId));
    }

    function _shardOf(uint256 modelId) private view returns (uint256) {
        return assay.shardOf(roundId, assay.versionIdOf(modelId, _digest(modelId)));
    }

    function _batchOf(uint256 shard, uint256 modelId) private view returns (Batch memory batch) {
        batch = _batch(roundId, modelId, _digest(modelId), _good());
        batch.shard = shard;
    }

    // ---------------------------------------------------------------- committees
    /// @dev Disjoint committees of three out of eleven.
    function testFuzz_Committees_AreDisjoint(bytes32 entropy) public {
        vm.assume(entropy != 0);
        _nextEpoch();
        roundId = assay.openRound();
        _capture(roundId, entropy);
        _same(assay.shardsOf(roundId), SHARDS, "shards");
        uint256 all;
        for (uint256 shard; shard < SHARDS; ++shard) {
            uint256 committee = assay.committeeOf(roundId, shard);
            _same(_count(committee), 3, "members");
            _same(all & committee, 0, "disjoint");
            all |= committee;
        }
        _same(all >> 11, 0, "only seats");
    }

    /// @dev As many as whole committees fit, at least one.
    function testFuzz_ShardCount(uint8 seats, uint8 size, uint8 shards) public pure {
        Policy memory policy;
        policy.committeeSize = uint32(_within(size, 1, 15));
        policy.shards = uint32(_within(shards, 1, 48 / policy.committeeSize));
        uint256 seatCount = _within(seats, 1, 255);
        uint256 count = CommitteeLib.shardCount(seatCount, policy);
        _isTrue(count >= 1 && count <= policy.shards, "range");
        _isTrue(count == 1 || count * policy.committeeSize <= seatCount, "all of them fit");
        bool oneMoreFits = (count + 1) * policy.committeeSize <= seatCount;
        _isTrue(count == policy.shards || !oneMoreFits, "none is missing");
        _same(CommitteeLib.committeesOf("seed", seatCount, policy).length, count, "committees");
    }

    function test_RevertWhen_UnknownShard() public {
        bytes memory reason = abi.encodeWithSelector(IAssay.UnknownShard.selector, SHARDS, SHARDS);
        _expect(reason);
        assay.committeeOf(roundId, SHARDS);
        Batch memory batch = _batchOf(SHARDS, 1);
        _refused(batch, 0, reason);
        batch.shard = SHARDS + 1;
        _refused(batch, 0, abi.encodeWithSelector(IAssay.UnknownShard.selector, SHARDS + 1, SHARDS));
        _expect(abi.encodeWithSelector(IAssay.UnknownShard.selector, SHARDS + 1, SHARDS));
        assay.committeeOf(roundId, SHARDS + 1);
    }

    // ---------------------------------------------------------------- post
    /// @dev Every version has one shard, whose committee alone can post it.
    function test_Post_EachVersionByItsOwnShard() public {
        for (uint256 modelId = 1; modelId <= MODELS; ++modelId) {
            uint256 own = _shardOf(modelId);
            bytes32 versionId = assay.versionIdOf(modelId, _digest(modelId));
            _same(own, uint256(keccak256(abi.encode(versionId, assay.round(roundId).seed))) % SHARDS, "shard");
            uint256 foreign = (own + 1) % SHARDS;
            bytes memory reason = abi.encodeWithSelector(IAssay.WrongShard.selector, versionId, foreign, own);
            _refused(_batchOf(foreign, modelId), assay.committeeOf(roundId, foreign), reason);
            _post(_batchOf(own, modelId));
            _same(_memory(versionId).lastRound, roundId, "applied");
        }
    }

    function test_RevertWhen_SignedByAnotherShard() public {
        uint256 shard = _shardOf(1);
        uint256 others = assay.committeeOf(roundId, (shard + 1) % SHARDS);
        _refused(
            _batchOf(shard, 1),
            others,
            abi.encodeWithSelector(IAssay.NotInCommittee.selector, _lowestSeat(others))
        );
    }

    /// @dev The shard is signed: what a committee signed for one cannot be posted for another.
    function test_BatchDigest_NamesTheShard() public view {
        _isTrue(assay.batchDigest(_batchOf(0, 1)) != assay.batchDigest(_batchOf(1, 1)), "digest");
    }

    // ---------------------------------------------------------------- participation
    /// @dev Three bits a shard, in the order of the committee's seats; a second batch adds to them.
    function test_Participation_OfEveryShard() public {
        uint256 expected;
        for (uint256 modelId = 1; modelId <= MODELS; ++modelId) {
            uint256 shard = _shardOf(modelId);
            // The two lowest of the first three models' committees, everybody of the others'.
            uint256 committee = assay.committeeOf(roundId, shard);
            bool all = modelId > 3;
            Batch memory batch = _batchOf(shard, modelId);
            uint256 signers = all ? committee : _lowest(committee, 2);
            expected |= uint256(all ? 7 : 3) << (3 * shard);
            _expectAssayEvent();
            emit IAssay.BatchPosted(
                roundId,
                shard,
                assay.batchDigest(batch),
                signers,
                batch.reportsRoot,
                false,
                expected
            );
            _postBy(batch, signers);
            _same(assay.round(roundId).participated, expected, "participated");
        }
    }

    function test_Participation_IndexIsThePlaceInTheCommittee() public {
        uint256 shard = _shardOf(1);
        uint256 committee = assay.committeeOf(roundId, shard);
        _postBy(_batchOf(shard, 1), committee & (committee - 1));
        _same(assay.round(roundId).participated, 6 << (3 * shard), "the lowest did not sign");
    }

    /// @dev The place leads back to the key that signed.
    function test_CollectParticipation() public {
        uint256 shard = _shardOf(1);
        _post(_batchOf(shard, 1));
        vm.warp(assay.closesAt(roundId));
        Round memory closed = assay.round(roundId);
        bytes memory seats = DataCode.read(closed.seatsPointer);
        uint256 committee = assay.committeeOf(roundId, shard);
        uint256 left = closed.participated;
        for (uint256 i; i < 3; ++i) {
            uint256 place = 3 * shard + i;
            left ^= 1 << place;
            _expectAssayEvent();
            emit IAssay.ParticipationCollected(roundId, place, left);
            vm.prank(address(vault));
            (address signer, address pointer) = assay.collectParticipation(roundId, place);
            _same(signer, DataCode.addressAt(seats, _lowestSeat(committee)), "signer");
            _same(pointer, closed.policyPointer, "policy");
            committee &= committee - 1;
        }
        _same(assay.round(roundId).participated, 0, "everybody is paid");
    }

    function test_RevertWhen_CollectTwice() public {
        uint256 shard = _shardOf(1);
        _post(_batchOf(shard, 1));
        vm.warp(assay.closesAt(roundId));
        vm.prank(address(vault));
        assay.collectParticipation(roundId, 3 * shard);
        uint256[3] memory places = [3 * shard, 3 * ((shard + 1) % SHARDS), type(uint256).max];
        for (uint256 i; i < places.length; ++i) {
            _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, places[i]));
            vm.prank(address(vault));
            assay.collectParticipation(roundId, places[i]);
        }
    }

    function test_RevertWhen_CollectBeforeTheRoundIsClosed() public {
        _post(_batchOf(_shardOf(1), 1));
        uint256 closesAt = assay.closesAt(roundId);
        vm.warp(closesAt - 1);
        _expect(abi.encodeWithSelector(IAssay.RoundNotClosed.selector, closesAt, closesAt - 1));
        vm.prank(address(vault));
        assay.collectParticipation(roundId, 0);
    }

    function test_RevertWhen_CollectedByAnybodyElse() public {
        _expect(_notAuthorized(address(vault)));
        assay.collectParticipation(roundId, 0);
    }

    /// @dev The same through the vault: the seat's owner is paid, and an evaluator is paid once.
    function test_ClaimFee() public {
        // The evaluators' fund has the lottery's price.
        uint256 shard = _shardOf(1);
        _post(_batchOf(shard, 1));
        vm.warp(assay.closesAt(roundId));
        uint256 before = token.balanceOf(address(this));
        _same(vault.claimFee(roundId, 3 * shard), UNIT, "fee");
        _same(token.balanceOf(address(this)), before + UNIT, "paid to the seat's owner");
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 3 * shard));
        vault.claimFee(roundId, 3 * shard);
    }
}
